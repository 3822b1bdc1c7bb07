package brig.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.testing.Gcc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls in another process's name, and that it does not notice. */
@Tag("root")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InjectionTest {
  @TempDir Path directory;

  private final Recording recording = new Recording();

  private static int start(Tracer tracer, String... command) throws LinuxException {
    return new TracedProgram(command[0], List.of(command), Map.of("PATH", "/usr/bin:/bin"), null)
        .start(tracer);
  }

  /** What {@code /proc/PID/fd} has beyond 0, 1, 2 tells that the program has come that far. */
  private static void awaitFile(Path file) throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!Files.exists(file)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  void aProcessIsMovedIntoAChrootWhileItComputes() throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path ready = directory.resolve("ready");
    Path program =
        Gcc.compile(
            directory.resolve("program"),
            """
            #include <fcntl.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
              volatile unsigned long sum = 0, rounds = 0;
              close(open(argv[1], O_CREAT | O_WRONLY, 0600));
              while (access("/", W_OK) == 0 && access("/etc", F_OK) == 0) {
                sum = 0;
                for (unsigned long i = 0; i < 1000000; i++) sum += i;
                if (sum != 499999500000UL) return 1;
                rounds++;
              }
              return rounds > 0 ? 11 : 12;
            }
            """);
    try (Tracer tracer = Tracer.start(recording)) {
      int pid = start(tracer, program.toString(), ready.toString());
      awaitFile(ready);
      for (int i = 0; i < 50; i++) {
        long told = tracer.inject(pid, tracee -> tracee.checked("getpid"));
        assertThat(told).isEqualTo(pid);
      }
      tracer.inject(
          pid,
          tracee -> {
            tracee.checked("chroot", tracee.place(root.toString()));
            tracee.checked("chdir", tracee.place("/"));
            // Here it still stands; once it goes on it sees that /etc is gone, and ends.
            assertThat(Fd.readLink("/proc/" + pid + "/root")).isEqualTo(root.toString());
            return 0;
          });
      assertThat(tracer.awaitNone(Recording.DEADLINE_MILLIS)).isTrue();
      assertThat(tracer.ending(pid).status()).isEqualTo(11);
    }
  }

  @Test
  void aCallThatWaitsIsMadeAgainAfterwards() throws Exception {
    Path ready = directory.resolve("ready");
    Path pipe = directory.resolve("pipe");
    Gcc.run(List.of("mkfifo", pipe.toString()), Map.of());
    try (Tracer tracer = Tracer.start(recording)) {
      int pid =
          start(
              tracer,
              "/usr/bin/perl",
              "-e",
              "open R, '+<', '"
                  + pipe
                  + "' or die; open F, '>', '"
                  + ready
                  + "'; close F;"
                  + " my $n = sysread R, my $b, 10; exit($n == 4 && $b eq \"abc\\n\" ? 21 : 22)");
      awaitFile(ready);
      for (int i = 0; i < 20; i++) {
        byte[] name =
            tracer.inject(
                pid,
                tracee -> {
                  long room = tracee.place(new byte[400]);
                  tracee.checked("uname", room);
                  return tracee.read(room, 5);
                });
        assertThat(new String(name, StandardCharsets.ISO_8859_1)).isEqualTo("Linux");
      }
      Files.writeString(pipe, "abc\n");
      assertThat(tracer.awaitNone(Recording.DEADLINE_MILLIS)).isTrue();
      assertThat(tracer.ending(pid).status()).isEqualTo(21);
    }
  }

  @Test
  void aSleepGoesOnToItsEndAndSignalsWaitTheirTurn() throws Exception {
    Path ready = directory.resolve("ready");
    try (Tracer tracer = Tracer.start(recording)) {
      int pid =
          start(
              tracer,
              "/usr/bin/perl",
              "-MTime::HiRes=time,usleep",
              "-e",
              "$SIG{USR1} = sub { $n++ }; open F, '>', '"
                  + ready
                  + "'; close F; my $t = time;"
                  + " usleep 1_000_000 while time - $t < 1; exit(30 + $n)");
      awaitFile(ready);
      long own =
          tracer.inject(
              pid,
              tracee -> {
                tracee.checked("kill", pid, 10);
                return tracee.checked("getpid");
              });
      assertThat(own).isEqualTo(pid);
      for (int i = 0; i < 10; i++) {
        tracer.inject(pid, tracee -> tracee.checked("getppid"));
      }
      assertThat(tracer.awaitNone(Recording.DEADLINE_MILLIS)).isTrue();
      assertThat(tracer.ending(pid).status()).isEqualTo(31);
    }
  }

  @Test
  void failuresAreToldAsTheKernelTellsThem() throws Exception {
    try (Tracer tracer = Tracer.start(recording)) {
      int pid = start(tracer, "/bin/sleep", "1000");
      assertThat(tracer.<Long>inject(pid, tracee -> tracee.call("close", 999))).isEqualTo(-9);
      assertThat(
              catchThrowableOfType(
                      LinuxException.class,
                      () -> tracer.inject(pid, tracee -> tracee.checked("chdir", 1)))
                  .errno())
          .isEqualTo(Errno.EFAULT);
      assertThat(
              catchThrowableOfType(
                      LinuxException.class,
                      () -> tracer.inject(pid, tracee -> tracee.checked("exit_group", 5)))
                  .errno())
          .isEqualTo(Errno.ESRCH);
      assertThat(tracer.awaitNone(Recording.DEADLINE_MILLIS)).isTrue();
      assertThat(tracer.ending(pid).status()).isEqualTo(5);
      assertThat(
              catchThrowableOfType(
                      LinuxException.class,
                      () -> tracer.inject(pid, tracee -> tracee.checked("getpid")))
                  .errno())
          .isEqualTo(Errno.ESRCH);
    }
  }
}
