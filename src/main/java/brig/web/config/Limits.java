package brig.web.config;

/**
 * What one client may take, and all of them.
 *
 * @param connections in all
 * @param connectionsOfOne of one address
 * @param requestsPerSecond of one address; 0: any number
 * @param burst how many may come at once beyond that rate
 * @param headerBytes of a request line and its headers together
 * @param bodyBytes of a request's body; 0: any
 * @param headerMillis for a request's headers to arrive, from its first byte on
 * @param idleMillis without a byte on a connection
 * @param bytesPerSecond that a body must bring on the average; 0: any
 */
public record Limits(
    int connections,
    int connectionsOfOne,
    int requestsPerSecond,
    int burst,
    int headerBytes,
    long bodyBytes,
    long headerMillis,
    long idleMillis,
    int bytesPerSecond) {}
