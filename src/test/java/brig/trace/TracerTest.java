package brig.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import brig.linux.Architecture;
import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.testing.Gcc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real programs under the real tracer. */
@Tag("root")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TracerTest {
  @TempDir Path directory;

  private final Recording recording = new Recording();

  private Path program(String source, String... options) throws IOException {
    return Gcc.compile(directory.resolve("program"), source, options);
  }

  private static Pidfd.Ending status(int status) {
    return new Pidfd.Ending(true, status);
  }

  @Test
  void tellsWhatIsOpenedWhatIsMissingAndHowItEnded() throws Exception {
    Path file = Files.writeString(directory.resolve("there"), "text");
    Pidfd.Ending ending =
        recording.run("/bin/sh", "-c", "cat " + file + " " + directory + "/absent >/dev/null 2>&1");
    assertThat(ending).isEqualTo(status(1));
    assertThat(recording.told(directory + "/"))
        .containsExactly("openat " + file, "openat " + directory + "/absent ENOENT");
    TraceEvent open = recording.events(e -> file.toString().equals(e.path())).getFirst();
    assertThat(open.program()).isEqualTo(Path.of("/bin/cat").toRealPath().toString());
    assertThat(open.access()).isEqualTo(Access.READ);
    assertThat(recording.events(e -> e.access() == Access.EXECUTE && !e.failed()))
        .extracting(TraceEvent::path)
        .startsWith(Path.of("/bin/sh").toRealPath().toString());
  }

  @Test
  void aProgramThatCannotBeExecutedIsToldByErrno() {
    LinuxException absent =
        catchThrowableOfType(LinuxException.class, () -> recording.run("/nonexistent/program"));
    assertThat(absent.errno()).isEqualTo(Errno.ENOENT);
    LinuxException directoryInstead =
        catchThrowableOfType(LinuxException.class, () -> recording.run("/usr"));
    assertThat(directoryInstead.errno()).isEqualTo(Errno.EACCES);
  }

  @Test
  void followsThreadsEachUnderItsOwnNumber() throws Exception {
    Path program =
        program(
            """
            #include <fcntl.h>
            #include <pthread.h>
            #include <stdio.h>
            #include <unistd.h>
            static const char *dir;
            static void *body(void *number) {
              char path[4096];
              for (int i = 0; i < 20; i++) {
                snprintf(path, sizeof path, "%s/thread-%ld-%d", dir, (long)number, i);
                open(path, O_RDONLY);
              }
              return 0;
            }
            int main(int argc, char **argv) {
              dir = argv[1];
              pthread_t threads[8];
              for (long i = 0; i < 8; i++) pthread_create(&threads[i], 0, body, (void *)i);
              for (int i = 0; i < 8; i++) pthread_join(threads[i], 0);
              return 5;
            }
            """,
            "-pthread");
    assertThat(recording.run(program.toString(), directory.toString())).isEqualTo(status(5));
    List<TraceEvent> events = recording.events(e -> e.asked().startsWith(directory + "/thread-"));
    assertThat(events).hasSize(160).allMatch(e -> e.error() == Errno.ENOENT);
    assertThat(events.stream().map(TraceEvent::pid).distinct()).hasSize(1);
    assertThat(events.stream().map(TraceEvent::thread).distinct()).hasSize(8);
    assertThat(recording.began()).hasSize(1);
  }

  @Test
  void followsForkVforkAndSpawnWithTheirPrograms() throws Exception {
    Path program =
        program(
            """
            #include <fcntl.h>
            #include <spawn.h>
            #include <sys/wait.h>
            #include <unistd.h>
            extern char **environ;
            int main(int argc, char **argv) {
              chdir(argv[1]);
              char *ls[] = {"ls", "from-spawn", 0};
              pid_t pid;
              posix_spawn(&pid, "/bin/ls", 0, 0, ls, environ);
              waitpid(pid, 0, 0);
              if (vfork() == 0) {
                execl("/bin/ls", "ls", "from-vfork", (char *)0);
                _exit(1);
              }
              wait(0);
              if (fork() == 0) {
                open("from-fork", O_RDONLY);
                _exit(3);
              }
              int status;
              wait(&status);
              return WEXITSTATUS(status);
            }
            """);
    assertThat(recording.run(program.toString(), directory.toString())).isEqualTo(status(3));
    String ls = Path.of("/bin/ls").toRealPath().toString();
    for (String by : List.of("spawn", "vfork")) {
      assertThat(recording.events(e -> e.asked().equals("from-" + by)))
          .isNotEmpty()
          .allMatch(e -> e.program().equals(ls))
          .allMatch(e -> (directory + "/from-" + by).equals(e.path()));
    }
    assertThat(recording.events(e -> e.asked().equals("from-fork")))
        .allMatch(e -> e.program().equals(program.toString()))
        .hasSize(1);
    assertThat(recording.began()).hasSize(4);
    assertThat(recording.ended()).hasSize(4);
  }

  @Test
  void aThreadThatExecutesGoesOnAsTheFirst() throws Exception {
    Path program =
        program(
            """
            #include <fcntl.h>
            #include <pthread.h>
            #include <unistd.h>
            static void *sleeper(void *arg) { pause(); return arg; }
            static void *executor(void *arg) {
              execl("/bin/sh", "sh", "-c", ": <from-thread; exit 9", (char *)0);
              return arg;
            }
            int main(int argc, char **argv) {
              chdir(argv[1]);
              pthread_t a, b, c;
              pthread_create(&a, 0, sleeper, 0);
              pthread_create(&b, 0, executor, 0);
              pthread_create(&c, 0, sleeper, 0);
              pause();
            }
            """,
            "-pthread");
    assertThat(recording.run(program.toString(), directory.toString())).isEqualTo(status(2));
    TraceEvent execve = recording.events(e -> e.asked().equals("/bin/sh")).getFirst();
    assertThat(execve.failed()).isFalse();
    assertThat(execve.program()).isEqualTo(program.toString());
    TraceEvent after = recording.events(e -> e.asked().equals("from-thread")).getFirst();
    assertThat(after.thread()).isEqualTo(after.pid()).isEqualTo(execve.pid());
    assertThat(after.program()).isEqualTo(Path.of("/bin/sh").toRealPath().toString());
    assertThat(recording.began()).hasSize(1);
  }

  @Test
  void losesNoneOfTwoHundredChildren() throws Exception {
    Path program =
        program(
            """
            #include <fcntl.h>
            #include <stdio.h>
            #include <sys/wait.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
              char name[100];
              chdir(argv[1]);
              for (int i = 0; i < 200; i++) {
                if (fork() == 0) {
                  snprintf(name, sizeof name, "child-%d", i);
                  open(name, O_RDONLY);
                  _exit(0);
                }
              }
              int n = 0;
              while (wait(0) > 0) n++;
              return n;
            }
            """);
    assertThat(recording.run(program.toString(), directory.toString())).isEqualTo(status(200));
    TreeSet<String> seen = new TreeSet<>();
    recording.events(e -> e.asked().startsWith("child-")).forEach(e -> seen.add(e.asked()));
    assertThat(seen).hasSize(200);
    assertThat(recording.ended()).hasSize(201);
  }

  @Test
  void signalsArriveAsIfNobodyLooked() throws Exception {
    Path program =
        program(
            """
            #include <signal.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/wait.h>
            #include <unistd.h>
            static volatile int usr1, chld, value;
            static void on_usr1(int s, siginfo_t *info, void *c) {
              usr1++;
              value = info->si_value.sival_int;
            }
            static void on_chld(int s) { chld++; }
            int main(void) {
              struct sigaction sa;
              memset(&sa, 0, sizeof sa);
              sa.sa_sigaction = on_usr1;
              sa.sa_flags = SA_SIGINFO;
              sigaction(SIGUSR1, &sa, 0);
              signal(SIGCHLD, on_chld);
              union sigval v = {.sival_int = 42};
              for (int i = 0; i < 100; i++) {
                access("/nonexistent", 0);
                sigqueue(getpid(), SIGUSR1, v);
              }
              if (fork() == 0) _exit(0);
              while (!chld) usleep(1000);
              wait(0);
              signal(SIGTRAP, on_chld);
              raise(SIGTRAP);
              return usr1 == 100 && value == 42 && chld == 2 ? 0 : 1;
            }
            """);
    assertThat(recording.run(program.toString())).isEqualTo(status(0));
    assertThat(new Recording().run("/bin/sh", "-c", "kill -TERM $$"))
        .isEqualTo(new Pidfd.Ending(false, 15));
  }

  @Test
  void aStoppedProcessStaysStoppedUntilItIsContinued() throws Exception {
    Path program =
        program(
            """
            #include <signal.h>
            #include <sys/wait.h>
            #include <unistd.h>
            int main(void) {
              for (int i = 0; i < 20; i++) {
                pid_t child = fork();
                if (child == 0) {
                  setpgid(0, 0); // SIGTSTP does not stop an orphaned process group
                  raise(i % 2 ? SIGSTOP : SIGTSTP);
                  access("/nonexistent", 0);
                  _exit(7);
                }
                int status;
                if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status)) return 1;
                usleep(1000);
                if (waitpid(child, &status, WNOHANG | WUNTRACED) != 0) return 2;
                kill(child, SIGCONT);
                if (waitpid(child, &status, WCONTINUED) != child) return 3;
                if (WIFCONTINUED(status) && waitpid(child, &status, 0) != child) return 4;
                if (!WIFEXITED(status) || WEXITSTATUS(status) != 7) return 5;
              }
              return 0;
            }
            """);
    assertThat(recording.run(program.toString())).isEqualTo(status(0));
  }

  @Test
  void aVirtualMachineRunsUnderTheTracer() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    assertThat(recording.run(java, "-Xshare:auto", "--version")).isEqualTo(status(0));
    assertThat(recording.events(e -> e.path() != null && e.path().endsWith("/libjvm.so")))
        .isNotEmpty();
    assertThat(recording.began()).hasSize(1);
  }

  @Test
  void aProgramRunsAsTheUserThatIsNamedAndIsRefusedWhatThatOneMayNot() throws Exception {
    Path secret = Files.createDirectory(directory.resolve("secret"));
    Files.writeString(secret.resolve("file"), "x");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    TracedProgram.Identity nobody = new TracedProgram.Identity(65534, 65534, List.of(65534));
    Pidfd.Ending ending =
        recording.run(
            nobody,
            "/usr/bin/perl",
            "-e",
            "exit 9 if $< != 65534 || $) ne '65534 65534'; open F, '<', '"
                + secret
                + "/file' or exit 4");
    assertThat(ending).isEqualTo(status(4));
    assertThat(recording.told(secret + "/")).containsExactly("openat " + secret + "/file EACCES");
  }

  @Test
  void pathsInsideAChrootAreToldAsTheTracerSeesThem() throws Exception {
    Path root = Files.createDirectories(directory.resolve("root/sub")).getParent();
    Files.writeString(root.resolve("inside"), "x");
    recording.run(
        "/usr/bin/perl",
        "-e",
        "chroot '"
            + root
            + "' or die; chdir '/sub'; open F, '<', '/inside' or die; -e '../up'; -e '/../top';"
            + " -e '//twice/./dot'");
    assertThat(recording.told(root.toString()).stream().filter(t -> !t.contains("locale")))
        .containsExactly(
            "chroot " + root,
            "chdir " + root + "/sub",
            "openat " + root + "/inside",
            "newfstatat " + root + "/sub/../up ENOENT",
            "newfstatat " + root + "/top ENOENT",
            "newfstatat " + root + "/twice/dot ENOENT");
    assertThat(recording.events(e -> e.asked().equals("/inside")).getFirst().root())
        .isEqualTo(root.toString());
  }

  @Test
  void aWorkingDirectoryThatIsGoneIsNoObstacle() throws Exception {
    Path gone = Files.createDirectory(directory.resolve("gone"));
    assertThat(
            recording.run(
                "/usr/bin/perl",
                "-e",
                "chdir '" + gone + "'; rmdir '" + gone + "'; -e 'x'; exit 6"))
        .isEqualTo(status(6));
    assertThat(recording.told(gone.toString()))
        .endsWith("newfstatat " + gone + " (deleted)/x ENOENT");
  }

  @Test
  void pathsThatAreTooLongAndAddressesThatLeadNowhereAreEvents() throws Exception {
    Path program =
        program(
            """
            #include <errno.h>
            #include <fcntl.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <sys/socket.h>
            #include <sys/syscall.h>
            #include <unistd.h>
            int main(void) {
              static char longer[9000];
              memset(longer, 'a', sizeof longer - 1);
              longer[0] = '/';
              if (open(longer, O_RDONLY) != -1 || errno != ENAMETOOLONG) return 1;
              if (open((char *)1, O_RDONLY) != -1 || errno != EFAULT) return 2;
              if (open((char *)-1, O_RDONLY) != -1 || errno != EFAULT) return 3;
              char *page = mmap(0, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              munmap(page + 4096, 4096);
              memset(page, 'b', 4096);
              if (open(page + 4090, O_RDONLY) != -1 || errno != EFAULT) return 4;
              strcpy(page + 4093, "/c");
              if (open(page + 4093, O_RDONLY) != -1 || errno != ENOENT) return 5;
              syscall(SYS_openat2, AT_FDCWD, "/d", (void *)1, 24);
              syscall(SYS_connect, -1, (void *)1, -1);
              syscall(SYS_bind, 0, page + 4095, 1);
              syscall(SYS_renameat2, 5, 7L, 9, 8L, 77);
              syscall(SYS_execve, 3L, 3L, 3L);
              syscall(SYS_openat, 12345, "relative", 0);
              syscall(SYS_getdents64, -5, 0, -1);
              return 0;
            }
            """,
            "-Wno-nonnull",
            "-w");
    assertThat(recording.run(program.toString())).isEqualTo(status(0));
    assertThat(recording.events(e -> e.error() == Errno.ENAMETOOLONG))
        .singleElement()
        .satisfies(e -> assertThat(e.asked()).hasSize(4096));
    assertThat(recording.events(e -> e.error() == Errno.EFAULT && e.call().equals("openat")))
        .hasSize(3)
        .allMatch(e -> e.path() == null);
    assertThat(recording.told("/c")).containsExactly("openat /c ENOENT");
    assertThat(recording.events(e -> e.asked().equals("relative")).getFirst().path()).isNull();
  }

  @Test
  void memoryThatChangesUnderTheTracersEyesHarmsNobody() throws Exception {
    Path program =
        program(
            """
            #include <fcntl.h>
            #include <pthread.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <unistd.h>
            static char *page;
            static volatile int over;
            static void *change(void *arg) {
              while (!over) {
                memset(page, 'x', 4000);
                page[7] = 0;
                mprotect(page, 4096, PROT_NONE);
                mprotect(page, 4096, PROT_READ | PROT_WRITE);
              }
              return arg;
            }
            int main(void) {
              page = mmap(0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              pthread_t thread;
              pthread_create(&thread, 0, change, 0);
              for (int i = 0; i < 2000; i++) open(page, O_RDONLY);
              over = 1;
              pthread_join(thread, 0);
              return 8;
            }
            """,
            "-pthread");
    assertThat(recording.run(program.toString())).isEqualTo(status(8));
    assertThat(recording.events(e -> e.call().equals("openat")).size()).isGreaterThan(2000);
  }

  @Test
  void thirtyTwoBitProgramsAreFollowedToo() throws Exception {
    if (Architecture.current() != Architecture.X86_64) {
      return; // their calls are not decoded elsewhere, as docs/trace.md says
    }
    Path program =
        program(
            """
            static int call(int number, long a, long b, long c) {
              int result;
              asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
              return result;
            }
            void _start(void) {
              call(5, (long)"/nonexistent/open", 0, 0);
              call(195, (long)"/nonexistent/stat64", 0, 0);
              call(295, -100, (long)"/nonexistent/openat", 0);
              call(20, 0, 0, 0);
              call(1, 7, 0, 0);
            }
            """,
            "-m32",
            "-nostdlib",
            "-static",
            "-ffreestanding",
            "-fno-pic",
            "-no-pie",
            "-fno-stack-protector");
    assertThat(recording.run(program.toString())).isEqualTo(status(7));
    assertThat(recording.told("/nonexistent"))
        .containsExactly(
            "open /nonexistent/open ENOENT",
            "stat /nonexistent/stat64 ENOENT",
            "openat /nonexistent/openat ENOENT");
  }

  @Test
  void aTraceeMayBeKilledAtAnyMoment() throws Exception {
    for (int round = 0; round < 15; round++) {
      Recording killed = new Recording();
      try (Tracer tracer = Tracer.start(killed)) {
        int pid =
            new TracedProgram(
                    "/bin/sh",
                    List.of(
                        "sh",
                        "-c",
                        "while :; do (: </nonexistent) 2>/dev/null & cat /etc/hostname >/dev/null;"
                            + " done"),
                    Map.of(),
                    null)
                .start(tracer);
        Thread.sleep(5L * round);
        for (int process : tracer.processes()) {
          try (Pidfd victim = Pidfd.open(process)) {
            if (victim != null) {
              victim.signal(9);
            }
          }
        }
        // What was born meanwhile ends by itself: its parent is gone.
        assertThat(tracer.awaitNone(Recording.DEADLINE_MILLIS)).isTrue();
        assertThat(tracer.ending(pid)).isEqualTo(new Pidfd.Ending(false, 9));
      }
    }
  }

  @Test
  void theTracerTakesNoNewsOfOtherChildrenOfTheVirtualMachine() throws Exception {
    try (Tracer tracer = Tracer.start(recording)) {
      new TracedProgram(
              "/bin/sh", List.of("sh", "-c", "while :; do : </etc/hostname; done"), Map.of(), null)
          .start(tracer);
      for (int i = 0; i < 20; i++) {
        Process other = new ProcessBuilder("/bin/sh", "-c", "exit " + (i + 1)).start();
        assertThat(other.waitFor()).isEqualTo(i + 1);
      }
    }
  }

  @Test
  void closingKillsWhatWasStarted() throws Exception {
    Tracer tracer = Tracer.start(recording);
    int pid =
        new TracedProgram("/bin/sh", List.of("sh", "-c", "sleep 1000 & sleep 1000"), Map.of(), null)
            .start(tracer);
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (tracer.processes().size() < 3 && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
    List<Integer> processes = tracer.processes();
    assertThat(processes).hasSize(3).contains(pid);
    tracer.close();
    for (int process : processes) {
      try (Pidfd left = Pidfd.open(process)) {
        assertThat(left == null || left.awaitEnd(10_000)).isTrue();
      }
    }
  }
}
