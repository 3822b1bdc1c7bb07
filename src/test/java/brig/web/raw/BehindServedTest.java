package brig.web.raw;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Fd;
import brig.linux.ProcessStatus;
import brig.linux.ThreadStatus;
import brig.testing.Gcc;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs, passwords and a server behind it, through a running {@code brig serve} in its jail. */
@Tag("root")
class BehindServedTest {
  private static final String STATUS =
      """
      #define _GNU_SOURCE
      #include <arpa/inet.h>
      #include <sched.h>
      #include <signal.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <sys/ptrace.h>
      #include <sys/stat.h>
      #include <unistd.h>
      int main(void) {
        printf("Content-Type: text/plain\\r\\n\\r\\nuid %d gid %d\\n", getuid(), getgid());
        printf("above %s\\n", access("/../site", F_OK) ? "nothing" : "something");
        printf("chroot %s\\n", chroot("/") ? "refused" : "done");
        printf("setuid %s\\n", setuid(0) ? "refused" : "done");
        printf("unshare %s\\n", unshare(CLONE_NEWUSER) ? "refused" : "done");
        printf("trace %s\\n", ptrace(PTRACE_SEIZE, getppid(), 0, 0) ? "refused" : "done");
        printf("signal %s\\n", kill(getppid(), 0) ? "refused" : "done");
        printf("write %s\\n", mkdir("/more", 0755) ? "refused" : "done");
        printf("work %s\\n", mkdir("/work/more", 0755) ? "refused" : "done");
        int tcp = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in to = {.sin_family = AF_INET,
          .sin_port = htons(atoi(getenv("SERVER_PORT"))), .sin_addr.s_addr = htonl(0x7F000001)};
        printf("connect %s\\n", connect(tcp, (struct sockaddr *) &to, sizeof to) ? "refused" : "done");
        fflush(stdout);
        char some[4096];
        while (read(0, some, sizeof some) > 0) {}
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
    for (Path open : List.of(site, Files.createDirectory(site.resolve("work")))) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
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
            "writable = [\"site/work\"]",
            "[[location]]",
            "path = \"/closed/\"",
            "root = \"site\"",
            "auth = { realm = \"here\", users = \"users\" }",
            "[[location]]",
            "path = \"/app/\"",
            "proxy = \"127.0.0.1:" + closed + "\"")) {
      assertThat(served.get("/cgi-bin/status"))
          .startsWith("HTTP/1.1 200 ")
          .contains("uid 61236 gid 61236\nabove nothing\nchroot refused\nsetuid refused\n")
          .contains("unshare refused\ntrace refused\nsignal refused\nwrite refused\nwork done\n")
          .contains("connect refused\n");
      assertThatARunningProgramIsConfined(served, site);
      assertThat(served.get("/cgi-bin/absent")).startsWith("HTTP/1.1 404 ");
      assertThat(served.get("/closed/index.html")).startsWith("HTTP/1.1 401 ");
      assertThat(asAnn(served, "wrong")).startsWith("HTTP/1.1 401 ");
      assertThat(asAnn(served, "secret")).startsWith("HTTP/1.1 200 ").endsWith("the page\n");
      assertThat(served.get("/app/")).startsWith("HTTP/1.1 502 ");
      assertThat(served.output()).contains("proxy /app/: ");
    }
  }

  /** As the kernel tells of one that waits for its input. */
  private static void assertThatARunningProgramIsConfined(Served served, Path site)
      throws Exception {
    try (Socket socket = served.connect()) {
      socket
          .getOutputStream()
          .write(
              ("POST /cgi-bin/status HTTP/1.1\r\nHost: a\r\nContent-Length: 131072\r\n\r\n"
                      + "x".repeat(65537)) // it starts when 64 KiB have come
                  .getBytes(StandardCharsets.US_ASCII));
      int pid = program(served);
      assertThat(Path.of("/proc/" + pid + "/root").toRealPath()).isEqualTo(site.toRealPath());
      try (Fd file = ThreadStatus.open(pid, pid)) {
        ThreadStatus status = ThreadStatus.read(file);
        assertThat(status.uids()).containsOnly(61236);
        assertThat(status.gids()).containsOnly(61236);
        assertThat(status.groups()).isEmpty();
        long all = status.effective() | status.permitted() | status.inheritable();
        assertThat(all | status.bounding() | status.ambient()).isZero();
        assertThat(status.noNewPrivileges()).isTrue();
        assertThat(status.seccomp()).isEqualTo(2);
      }
      for (String kind : List.of("mnt", "ipc")) {
        assertThat(ProcessStatus.namespace(pid, kind))
            .isNotEqualTo(ProcessStatus.namespace(ProcessStatus.self(), kind));
      }
      assertThat(Files.readString(Path.of("/proc/" + pid + "/cgroup"))).contains("/brig-web-");
      socket.getOutputStream().write("x".repeat(65535).getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 200");
    }
  }

  private static int program(Served served) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < deadline) {
      for (ProcessHandle child : served.process().descendants().toList()) {
        ProcessStatus status = ProcessStatus.of((int) child.pid());
        if (status != null && status.name().equals("status") && !status.ended()) {
          return status.pid();
        }
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no program runs");
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
