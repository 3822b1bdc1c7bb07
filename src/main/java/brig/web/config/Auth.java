package brig.web.config;

import brig.spec.Located;

/**
 * Basic authentication (RFC 7617).
 *
 * @param realm what the client shows
 * @param users a file of names and hashes, read outside
 */
public record Auth(String realm, Located<String> users) {}
