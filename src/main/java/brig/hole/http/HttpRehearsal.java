package brig.hole.http;

import brig.hole.front.Front;
import brig.hole.front.FrontRequest;
import brig.linux.Fd;
import brig.linux.Stat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests that the process puts to itself before it goes in, so that all that serving needs is
 * loaded: inside there are no files. They run nothing: no job has these names.
 */
final class HttpRehearsal {
  private static final String NO_JOB = "/no_such_job-rehearsal";

  private static final String SUFFIX = ".class";
  private static final List<String> PARTS =
      List.of(
          "brig/hole/front",
          "brig/hole/http",
          "brig/hole/wire",
          "brig/linux",
          "brig/report",
          "brig/report/html");

  private HttpRehearsal() {}

  static void play(HttpAddress address, Front front) throws IOException {
    loadDirectories();
    for (String path :
        List.of("/", "/?brig_language=en", NO_JOB, "/-/none/events", "/-/brig.js", "/-/brig.css")) {
      front.answer(request("GET", path, "", ""));
    }
    front.answer(
        request("POST", NO_JOB, "application/x-www-form-urlencoded", "brig_nonce=x&a=%C3%A9"));
    front.answer(
        request(
            "POST",
            NO_JOB,
            "multipart/form-data; boundary=B",
            "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B--\r\n"));
    front.answer(request("POST", NO_JOB, "text/plain", "x"));
    InetAddress host = InetAddress.ofLiteral(address.host());
    try (Socket socket = new Socket(host, address.port())) {
      String head = "GET / HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n";
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      socket.getInputStream().readAllBytes();
    }
  }

  private static FrontRequest request(String method, String address, String type, String body) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("host", "rehearsal");
    headers.put("origin", "http://rehearsal");
    headers.put("accept-language", "en");
    headers.put("cookie", "brig=" + "rehearsal".repeat(4));
    headers.put("content-type", type);
    int query = address.indexOf('?');
    return new FrontRequest(
        method,
        query < 0 ? address : address.substring(0, query),
        query < 0 ? "" : address.substring(query + 1),
        headers,
        false,
        "",
        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  /** An archive stays open; of classes that lie in a directory, all must be loaded now. */
  private static void loadDirectories() throws IOException {
    for (String entry : System.getProperty("java.class.path", "").split(":", -1)) {
      Stat stat = Stat.of(entry);
      for (String part : PARTS) {
        String directory = entry + "/" + part;
        if (stat != null && stat.isDirectory() && Stat.of(directory) != null) {
          load(directory, part);
        }
      }
    }
  }

  private static void load(String directory, String part) throws IOException {
    try (Fd fd = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : fd.list()) {
        if (name.endsWith(SUFFIX)) {
          String simple = name.substring(0, name.length() - SUFFIX.length());
          String full = part.replace('/', '.') + "." + simple;
          Class.forName(full, false, HttpRehearsal.class.getClassLoader());
        }
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
