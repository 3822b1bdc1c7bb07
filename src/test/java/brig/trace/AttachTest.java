package brig.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.testing.Gcc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running daemon with two children and four threads is watched, and let go. */
@Tag("root")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AttachTest {
  @TempDir Path directory;

  private final Recording recording = new Recording();
  private ProcessHandle daemon;

  @BeforeEach
  void startDaemon() throws IOException {
    Path program =
        Gcc.compile(
            directory.resolve("daemon"),
            """
            #include <pthread.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/prctl.h>
            #include <sys/stat.h>
            #include <sys/wait.h>
            #include <unistd.h>
            #include <signal.h>
            static char *dir;
            static void *look(void *name) {
              char path[4096];
              for (unsigned long i = 0;; i++) {
                snprintf(path, sizeof path, "%s/%s", dir, (char *)name);
                access(path, F_OK);
                snprintf(path, sizeof path, "%s/stop-%s", dir, (char *)name);
                if (access(path, F_OK) == 0) exit(0);
                usleep(2000);
              }
            }
            static void process(const char *name) {
              prctl(PR_SET_PDEATHSIG, SIGKILL);
              pthread_t thread;
              char *other = malloc(100);
              sprintf(other, "%s-thread", name);
              pthread_create(&thread, 0, look, other);
              look((void *)name);
            }
            int main(int argc, char **argv) {
              dir = argv[1];
              if (fork() == 0) process("first");
              if (fork() == 0) process("second");
              while (1) {
                if (fork() == 0) { access("newborn", F_OK); _exit(0); }
                wait(0);
                usleep(5000);
              }
            }
            """,
            "-pthread");
    // Not as a child of this virtual machine, whose reaper would take the tracer's news of it.
    String pid =
        Gcc.run(
            List.of("/bin/sh", "-c", program + " " + directory + " >/dev/null 2>&1 & echo $!"),
            Map.of());
    daemon = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  @AfterEach
  void endDaemon() {
    daemon.destroyForcibly();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private boolean seen(String name) {
    return !recording.events(e -> e.asked().endsWith("/" + name)).isEmpty();
  }

  private String status(long pid, String key) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith(key)) {
          return line.substring(key.length()).strip();
        }
      }
      return "";
    } catch (IOException e) {
      return "gone";
    }
  }

  private List<Long> children() {
    return daemon.descendants().map(ProcessHandle::pid).filter(p -> threads(p) == 2).toList();
  }

  private static int threads(long pid) {
    String[] names = Path.of("/proc/" + pid + "/task").toFile().list();
    return names == null ? 0 : names.length;
  }

  @Test
  void allProcessesAndThreadsAreFollowedAndThenLetGo() throws Exception {
    await(() -> children().size() == 2);
    Tracer tracer = Tracer.start(recording);
    List<Integer> attached = tracer.attach((int) daemon.pid());
    assertThat(attached).contains((int) daemon.pid());
    for (String name : List.of("first", "first-thread", "second", "second-thread")) {
      await(() -> seen(name));
    }
    await(() -> !recording.events(e -> e.asked().equals("newborn")).isEmpty());
    tracer.close();
    assertThat(status(daemon.pid(), "TracerPid:")).isEqualTo("0");
    for (long child : children()) {
      assertThat(status(child, "TracerPid:")).isEqualTo("0");
      assertThat(status(child, "State:")).doesNotStartWith("t").doesNotStartWith("T");
    }
    // They go on: each answers to the file that ends it.
    List<Long> before = children();
    assertThat(before).hasSize(2);
    Files.createFile(directory.resolve("stop-first-thread"));
    Files.createFile(directory.resolve("stop-second"));
    await(() -> children().isEmpty());
    assertThat(daemon.isAlive()).isTrue();
  }

  @Test
  void aStoppedDaemonStaysStoppedWhenItIsLetGo() throws Exception {
    await(() -> children().size() == 2);
    Gcc.run(List.of("kill", "-STOP", String.valueOf(daemon.pid())), Map.of());
    await(() -> status(daemon.pid(), "State:").startsWith("T"));
    try (Tracer tracer = Tracer.start(recording)) {
      tracer.attach((int) daemon.pid());
      await(() -> seen("first"));
    }
    assertThat(status(daemon.pid(), "State:")).startsWith("T");
    Gcc.run(List.of("kill", "-CONT", String.valueOf(daemon.pid())), Map.of());
    await(() -> !status(daemon.pid(), "State:").startsWith("T"));
  }

  @Test
  void whatIsNotThereOrTracedAlreadyIsToldByErrno() throws Exception {
    try (Tracer tracer = Tracer.start(recording);
        Tracer other = Tracer.start(new Recording())) {
      assertThat(catchThrowableOfType(LinuxException.class, () -> tracer.attach(4_000_000)).errno())
          .isEqualTo(Errno.ESRCH);
      other.attach((int) daemon.pid());
      assertThat(
              catchThrowableOfType(LinuxException.class, () -> tracer.attach((int) daemon.pid()))
                  .errno())
          .isIn(Errno.EPERM, Errno.ESRCH);
      assertThat(catchThrowableOfType(LinuxException.class, () -> tracer.attach(2)).errno())
          .isIn(Errno.EPERM, Errno.ESRCH);
    }
  }
}
