package brig.web.raw;

import static org.assertj.core.api.Assertions.assertThat;

import brig.testing.Gcc;
import java.io.File;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A parent that is killed takes its worker and its programs with it, and the next one cleans up.
 */
@Tag("root")
class KilledParentTest {
  private static final String SLEEPER =
      """
      #include <stdio.h>
      #include <unistd.h>
      int main(void) {
        int child = fork();
        if (child == 0) { setsid(); pause(); }
        printf("Content-Type: text/plain\\r\\n\\r\\n%d %d.\\n", getpid(), child);
        fflush(stdout);
        pause();
      }
      """;

  @TempDir Path directory;

  private Served serve() throws Exception {
    return Served.start(
        directory,
        "root = \"site\"",
        "[[location]]",
        "path = \"/cgi-bin/\"",
        "cgi = \"site/cgi-bin\"",
        "user = \"61237\"",
        "[worker]",
        "drain = \"1s\"");
  }

  @Test
  void theWorkerAndItsProgramsEndAndTheNextStartRemovesTheCgroups() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path programs = Files.createDirectories(directory.resolve("site/cgi-bin"));
    Gcc.compile(directory.resolve("build/sleeper"), SLEEPER, "-static");
    Files.copy(directory.resolve("build/sleeper"), programs.resolve("sleeper"));
    long parent;
    List<ProcessHandle> workers;
    ProcessHandle program;
    ProcessHandle stray;
    try (Served served = serve();
        Socket client = served.connect()) {
      client
          .getOutputStream()
          .write("GET /cgi-bin/sleeper HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String[] pids = body(client).split(" ", -1);
      program = ProcessHandle.of(Long.parseLong(pids[0])).orElseThrow();
      stray = ProcessHandle.of(Long.parseLong(pids[1])).orElseThrow();
      parent = served.process().pid();
      workers = served.process().descendants().toList();
      assertThat(workers).contains(program, stray).hasSizeGreaterThanOrEqualTo(3);
      served.process().destroyForcibly();
      for (ProcessHandle ended : workers) {
        if (ended.pid() != stray.pid()) {
          await(ended);
        }
      }
    }
    try (Served next = serve()) {
      assertThat(next.get("/cgi-bin/none")).startsWith("HTTP/1.1 404 ");
      await(stray);
      assertThat(cgroups(new File("/sys/fs/cgroup"), "brig-web-" + parent + "-")).isEmpty();
    } finally {
      stray.destroyForcibly();
    }
  }

  private static String body(Socket client) throws Exception {
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf(".\n") < 0) {
      int c = client.getInputStream().read();
      assertThat(c).as(answer.toString()).isNotNegative();
      answer.append((char) c);
    }
    return answer.substring(answer.indexOf("\r\n\r\n") + 4, answer.indexOf(".\n"));
  }

  private static void await(ProcessHandle process) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (process.isAlive()) {
      assertThat(System.nanoTime()).as("process " + process.pid() + " runs on").isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static List<File> cgroups(File below, String prefix) {
    List<File> found = new ArrayList<>();
    File[] directories = below.listFiles(File::isDirectory);
    for (File directory : directories == null ? new File[0] : directories) {
      if (directory.getName().startsWith(prefix)) {
        found.add(directory);
      }
      found.addAll(cgroups(directory, prefix));
    }
    return found;
  }
}
