package brig.web.raw;

import static org.assertj.core.api.Assertions.assertThat;

import brig.testing.Gcc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs, passwords and a server behind it, through a running {@code brig serve} in its jail. */
@Tag("root")
class BehindServedTest {
  private static final String STATUS =
      """
      #include <stdio.h>
      #include <unistd.h>
      int main(void) {
        printf("Content-Type: text/plain\\r\\n\\r\\nuid %d gid %d\\n", getuid(), getgid());
        printf("above %s\\n", access("/../site", F_OK) ? "nothing" : "something");
        printf("chroot %s\\n", chroot("/") ? "refused" : "done");
        printf("setuid %s\\n", setuid(0) ? "refused" : "done");
        return 0;
      }
      """;

  @TempDir Path directory;

  @Test
  void programsRunInTheJailWithoutPrivilegesAndLocationsLetInWhomTheyKnow() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path site = Files.createDirectory(directory.resolve("site"));
    Files.writeString(site.resolve("index.html"), "the page\n");
    Gcc.compile(directory.resolve("build/status"), STATUS, "-static");
    Path programs = Files.createDirectory(site.resolve("cgi-bin"));
    Files.copy(directory.resolve("build/status"), programs.resolve("status"));
    String hash = Gcc.run(List.of("openssl", "passwd", "-6", "secret"), Map.of()).strip();
    Files.writeString(directory.resolve("users"), "ann:" + hash + "\n");
    int closed = Served.freePort();
    try (Served served =
        Served.start(
            directory,
            "root = \"site\"",
            "[[location]]",
            "path = \"/cgi-bin/\"",
            "cgi = \"site/cgi-bin\"",
            "user = \"61236\"",
            "[[location]]",
            "path = \"/closed/\"",
            "root = \"site\"",
            "auth = { realm = \"here\", users = \"users\" }",
            "[[location]]",
            "path = \"/app/\"",
            "proxy = \"127.0.0.1:" + closed + "\"")) {
      assertThat(served.get("/cgi-bin/status"))
          .startsWith("HTTP/1.1 200 ")
          .contains("uid 61236 gid 61236\nabove nothing\nchroot refused\nsetuid refused\n");
      assertThat(served.get("/cgi-bin/absent")).startsWith("HTTP/1.1 404 ");
      assertThat(served.get("/closed/index.html")).startsWith("HTTP/1.1 401 ");
      assertThat(asAnn(served, "wrong")).startsWith("HTTP/1.1 401 ");
      assertThat(asAnn(served, "secret")).startsWith("HTTP/1.1 200 ").endsWith("the page\n");
      assertThat(served.get("/app/")).startsWith("HTTP/1.1 502 ");
      assertThat(served.output()).contains("proxy /app/: ");
    }
  }

  private static String asAnn(Served served, String password) throws IOException {
    byte[] pair = ("ann:" + password).getBytes(StandardCharsets.UTF_8);
    return served.say(
        String.join(
            "\r\n",
            List.of(
                "GET /closed/index.html HTTP/1.1",
                "Host: a",
                "Connection: close",
                "Authorization: Basic " + Base64.getEncoder().encodeToString(pair),
                "",
                "")));
  }
}
