package brig.web.cgi;

/** One header field, of a request or of an answer, as it was sent. */
public record Header(String name, String value) {}
