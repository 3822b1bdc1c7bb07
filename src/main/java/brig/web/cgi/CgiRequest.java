package brig.web.cgi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request tells a program. Texts are as a file name is (brig.linux.FileNames): any bytes.
 *
 * @param target the request's path and query as the client sent them
 * @param query what is after the question mark, as sent; empty when there is none
 * @param scriptName the part of the path that names the program, decoded
 * @param pathInfo the rest of it, decoded; empty or beginning with a slash
 * @param scriptFile the program's path where it runs
 * @param contentLength in bytes; -1 when the client did not say, 0 when there is no body
 * @param authType the scheme by which the server itself has asked who it is; likewise {@code user}
 */
public record CgiRequest(
    String method,
    boolean secure,
    String protocol,
    String serverName,
    int serverPort,
    String serverAddress,
    String remoteAddress,
    int remotePort,
    String target,
    String query,
    String scriptName,
    String pathInfo,
    String scriptFile,
    String documentRoot,
    long contentLength,
    @Nullable String contentType,
    @Nullable String authType,
    @Nullable String user,
    List<Header> headers) {

  public CgiRequest {
    headers = List.copyOf(headers);
  }

  /** The command line's words (RFC 3875, 4.4): of an indexed query, one without any '='. */
  public List<String> searchWords() {
    boolean asked = method.equals("GET") || method.equals("HEAD");
    return asked ? SearchWords.of(query) : List.of();
  }
}
