package brig.web.cgi;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A program's environment, made from nothing (RFC 3875, 4.1): nothing of the server's own gets into
 * it.
 */
public final class MetaVariables {
  /**
   * Not handed on as HTTP_*: {@code Proxy} would become HTTP_PROXY, which many libraries take for
   * the proxy to use (httpoxy, CVE-2016-5385); the body's length and type have variables of their
   * own; the others are between the client and this server (RFC 9110, 7.6.1).
   */
  private static final Set<String> KEPT_BACK =
      Set.of(
          "proxy",
          "content-length",
          "content-type",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect");

  private static final String SOFTWARE = "Brig";

  private MetaVariables() {}

  /**
   * The variables, in a fixed order.
   *
   * @param settings what the configuration adds; a variable of the request is stronger than these
   */
  public static Map<String, String> of(CgiRequest request, Map<String, String> settings) {
    Map<String, String> variables = new LinkedHashMap<>(settings);
    headers(request, variables);
    variables.put("GATEWAY_INTERFACE", "CGI/1.1");
    variables.put("SERVER_SOFTWARE", SOFTWARE);
    variables.put("SERVER_PROTOCOL", request.protocol());
    variables.put("SERVER_NAME", request.serverName());
    variables.put("SERVER_PORT", Integer.toString(request.serverPort()));
    variables.put("SERVER_ADDR", request.serverAddress());
    variables.put("REMOTE_ADDR", request.remoteAddress());
    variables.put("REMOTE_PORT", Integer.toString(request.remotePort()));
    variables.put("REQUEST_METHOD", request.method());
    variables.put("REQUEST_SCHEME", request.secure() ? "https" : "http");
    variables.put("REQUEST_URI", request.target());
    variables.put("QUERY_STRING", request.query());
    variables.put("SCRIPT_NAME", request.scriptName());
    variables.put("SCRIPT_FILENAME", request.scriptFile());
    variables.put("DOCUMENT_ROOT", request.documentRoot());
    if (!request.pathInfo().isEmpty()) {
      variables.put("PATH_INFO", request.pathInfo());
      String root = request.documentRoot();
      variables.put("PATH_TRANSLATED", (root.equals("/") ? "" : root) + request.pathInfo());
    }
    if (request.contentLength() > 0 || (mayHaveBody(request) && request.contentLength() == 0)) {
      variables.put("CONTENT_LENGTH", Long.toString(request.contentLength()));
    }
    putOrNot(variables, "CONTENT_TYPE", request.contentType());
    putOrNot(variables, "AUTH_TYPE", request.authType());
    putOrNot(variables, "REMOTE_USER", request.user());
    if (request.secure()) {
      variables.put("HTTPS", "on");
    }
    variables.values().removeIf(value -> value.indexOf(0) >= 0);
    return variables;
  }

  private static boolean mayHaveBody(CgiRequest request) {
    return !request.method().equals("GET") && !request.method().equals("HEAD");
  }

  private static void putOrNot(Map<String, String> variables, String name, @Nullable String value) {
    if (value != null) {
      variables.put(name, value);
    }
  }

  private static void headers(CgiRequest request, Map<String, String> variables) {
    for (Header header : request.headers()) {
      String name = variable(header.name());
      boolean credentials = request.user() != null && isAuthorization(header.name());
      if (name == null || credentials) {
        continue;
      }
      String joint = name.equals("HTTP_COOKIE") ? "; " : ", ";
      variables.merge(name, header.value(), (a, b) -> a + joint + b);
    }
  }

  /** What this server itself has checked is not the program's to know. */
  private static boolean isAuthorization(String name) {
    return name.equalsIgnoreCase("authorization");
  }

  /**
   * The variable of a header; null when it has none. An underscore would make {@code A_B} and
   * {@code A-B} one variable, so that a client could pass for a proxy in front.
   */
  private static @Nullable String variable(String header) {
    String lower = header.toLowerCase(Locale.ROOT);
    if (KEPT_BACK.contains(lower) || lower.isEmpty()) {
      return null;
    }
    StringBuilder name = new StringBuilder("HTTP_");
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'a' && c <= 'z') {
        name.append((char) (c - 'a' + 'A'));
      } else if (c >= '0' && c <= '9') {
        name.append(c);
      } else if (c == '-') {
        name.append('_');
      } else {
        return null;
      }
    }
    return name.toString();
  }
}
