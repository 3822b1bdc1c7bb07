package brig.launch.late;

import static org.assertj.core.api.Assertions.assertThat;

import brig.launch.LaunchOrder;
import brig.launch.Walls;
import brig.linux.BpfProgram;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.OwnThread;
import brig.linux.Pidfd;
import brig.linux.Seccomp;
import brig.linux.SyscallNames;
import brig.linux.ThreadStatus;
import brig.report.BrigException;
import brig.report.Position;
import brig.spec.JailSpec;
import brig.spec.JailSpec.Trigger;
import brig.spec.Located;
import brig.testing.Gcc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that go into a jail while they run, seen from outside and by themselves. */
@Tag("root")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LateServiceTest {
  private static final int USER = 33;
  private static final Position NOWHERE = new Position("test", 1, 1);

  /**
   * Reports over a file that it had open: for each line what stat(2) said of "/inside" and of
   * "/etc/passwd", and its user, by the first instructions after the change of user.
   */
  private static final String HEAD =
      """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <pthread.h>
      #include <signal.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/syscall.h>
      #include <sys/un.h>
      #include <sys/wait.h>
      #include <unistd.h>
      static int out;
      static void tell(const char *who) {
        struct stat s;
        char line[200], cwd[100];
        int inside = stat("/inside", &s), outside = stat("/etc/passwd", &s);
        if (syscall(SYS_getcwd, cwd, sizeof cwd) < 0) strcpy(cwd, "?");
        int n = snprintf(line, sizeof line, "%s uid %d inside %d outside %d cwd %s\\n", who,
                         (int)geteuid(), inside, outside, cwd);
        if (write(out, line, n) != n) _exit(9);
      }
      """;

  @TempDir Path directory;
  private Path root;
  private Path report;

  private final List<LateWatcher.Entered> entered = Collections.synchronizedList(new ArrayList<>());
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final List<String> noted = Collections.synchronizedList(new ArrayList<>());
  private final List<String> killed = Collections.synchronizedList(new ArrayList<>());

  private final LateWatcher watcher =
      new LateWatcher() {
        @Override
        public void entered(Entered process) {
          entered.add(process);
          try (Fd file = ThreadStatus.open(process.pid())) {
            ThreadStatus status = ThreadStatus.read(file);
            seen.add(
                "uid "
                    + status.uids().get(1)
                    + " root "
                    + Fd.readLink("/proc/" + process.pid() + "/root"));
          } catch (LinuxException e) {
            seen.add(e.toString());
          }
        }

        @Override
        public void killed(int pid, String program, String why) {
          killed.add(why);
        }

        @Override
        public void noted(String text) {
          noted.add(text);
        }
      };

  @BeforeEach
  void makeRoot() throws Exception {
    root = Files.createDirectory(directory.resolve("root"));
    Files.createFile(root.resolve("inside"));
    report = directory.resolve("report");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private LaunchOrder order(Path program, String... arguments) {
    List<String> argv = new ArrayList<>(List.of(program.toString(), report.toString()));
    argv.addAll(List.of(arguments));
    return new LaunchOrder(
        "late",
        root.toString(),
        argv,
        Map.of("PATH", "/usr/bin:/bin"),
        "/",
        USER,
        USER,
        List.of(),
        false,
        List.of(),
        022,
        new LinkedHashMap<>(),
        new JailSpec.Namespaces(false, true, false),
        new JailSpec.Network(JailSpec.NetworkMode.HOST, null, List.of(), List.of()),
        new JailSpec.SeccompPolicy(true, List.of(), List.of()),
        JailSpec.Landlock.AUTO,
        List.of(),
        List.of(),
        null,
        false,
        null);
  }

  private JailSpec.Late late(Trigger trigger) {
    return new JailSpec.Late(
        new Located<>(root.toString(), NOWHERE), List.of(), false, trigger, Duration.ofSeconds(20));
  }

  private Path program(String main) throws Exception {
    return Gcc.compile(
        directory.resolve("program"),
        HEAD
            + "int main(int argc, char **argv) {\n"
            + "  out = open(argv[1], O_CREAT | O_WRONLY | O_APPEND, 0666);\n"
            + main
            + "}\n",
        "-pthread");
  }

  private interface Meanwhile {
    void run(LateService service) throws Exception;
  }

  /** Runs it to its end; what it reported. */
  private String run(LaunchOrder order, Trigger trigger, int status, Meanwhile meanwhile)
      throws Exception {
    try (Walls walls = Walls.build(order);
        LateService service = LateService.start(walls, late(trigger), watcher)) {
      meanwhile.run(service);
      await(service::ended);
      Pidfd.Ending ending = service.ending(service.first());
      assertThat(ending).isNotNull();
      assertThat(ending.status()).as("%s %s", killed, entered).isEqualTo(status);
    }
    return Files.exists(report) ? Files.readString(report) : "";
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  @Test
  void noInstructionOfAWorkerRunsAsItsUserOutsideOfTheJail() throws Exception {
    Path program =
        program(
            """
              tell("master");
              for (int i = 0; i < 3; i++)
                if (fork() == 0) {
                  tell("worker");
                  if (syscall(SYS_setresgid, 33, 33, 33) || syscall(SYS_setresuid, 33, 33, 33)) _exit(2);
                  tell("worker");
                  if (fork() == 0) { tell("grandchild"); _exit(0); }
                  wait(0);
                  _exit(0);
                }
              while (wait(0) > 0) {}
              tell("master");
              return 7;
            """);
    String told = run(order(program), new Trigger.GivesUpRoot(), 7, service -> {});
    assertThat(killed).isEmpty();
    // The order: still root when the walls are around it, and only then its own call.
    assertThat(seen).hasSize(3).containsOnly("uid 0 root " + root);
    assertThat(entered).allMatch(e -> e.at().equals("setresuid 33"));
    String cwd = Path.of("").toAbsolutePath().toString();
    String outside = "uid 0 inside -1 outside 0 cwd " + cwd;
    assertThat(told.lines().toList())
        .containsExactlyInAnyOrder(
            "master " + outside,
            "worker " + outside,
            "worker " + outside,
            "worker " + outside,
            "worker uid 33 inside 0 outside -1 cwd /",
            "worker uid 33 inside 0 outside -1 cwd /",
            "worker uid 33 inside 0 outside -1 cwd /",
            "grandchild uid 33 inside 0 outside -1 cwd /",
            "grandchild uid 33 inside 0 outside -1 cwd /",
            "grandchild uid 33 inside 0 outside -1 cwd /",
            "master " + outside);
  }

  @Test
  void everyThreadOfAProcessGoesInWithTheFirst() throws Exception {
    Path program =
        program(
            """
              int go[2];
              if (pipe(go)) return 2;
              void *other(void *fd) {
                char c;
                if (read(*(int *)fd, &c, 1) != 1) _exit(3);
                tell("thread");
                return 0;
              }
              pthread_t threads[3];
              for (int i = 0; i < 3; i++) pthread_create(&threads[i], 0, other, &go[0]);
              if (setgid(33) || setuid(33)) return 4;
              tell("first");
              if (write(go[1], "xxx", 3) != 3) return 5;
              for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
              return 0;
            """);
    String told = run(order(program), new Trigger.GivesUpRoot(), 0, service -> {});
    assertThat(told.lines().toList())
        .hasSize(4)
        .allMatch(line -> line.endsWith("uid 33 inside 0 outside -1 cwd /"));
    assertThat(entered).hasSize(1);
  }

  @Test
  void aDirectoryThatWasOpenLeadsToTheJailsRootAndNotOut() throws Exception {
    Path program =
        program(
            """
              struct stat s;
              int dir = open("/etc", O_RDONLY | O_DIRECTORY);
              if (setuid(33)) return 2;
              if (fstatat(dir, "passwd", &s, 0) == 0 || fstatat(dir, "../etc/passwd", &s, 0) == 0) return 3;
              if (fstatat(dir, "inside", &s, 0)) return 4;
              if (fchdir(dir) || chdir("..")) return 5;
              tell("worker");
              return 0;
            """);
    String told = run(order(program), new Trigger.GivesUpRoot(), 0, service -> {});
    assertThat(told).isEqualTo("worker uid 33 inside 0 outside -1 cwd /\n");
    assertThat(entered.getFirst().replaced()).containsExactly("/etc");
  }

  @Test
  void whoCannotBeTakenInIsKilledBeforeItsNextInstruction() throws Exception {
    Path program =
        program(
            """
              while (dup(out) >= 0) {} // no number is left for what is handed in
              int failed = setuid(33);
              char c = failed ? 'f' : 'u';
              return write(out, &c, 1) == 1 ? 0 : 1;
            """);
    String told = run(order(program), new Trigger.GivesUpRoot(), 137, service -> {});
    assertThat(told).isEmpty();
    assertThat(killed)
        .singleElement()
        .asString()
        .startsWith("it could not be taken into the jail: socketpair in process: EMFILE");
    assertThat(entered).isEmpty();
  }

  @Test
  void logsThatWereOpenCanBeOpenedAgainAndNothingElse() throws Exception {
    Path program =
        program(
            """
              chown(argv[1], 33, 33);
              if (setuid(33)) return 2;
              if (open("/etc/passwd", O_WRONLY | O_APPEND) >= 0) return 3;
              if (open(argv[1], O_WRONLY) >= 0 || errno != ENOENT) return 4;
              out = open(argv[1], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
              if (out < 0 || !(fcntl(out, F_GETFD) & FD_CLOEXEC)) return 5;
              if (!(fcntl(out, F_GETFL) & O_APPEND)) return 6;
              tell("again");
              return 0;
            """);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    String told = run(order(program), new Trigger.GivesUpRoot(), 0, service -> {});
    assertThat(told).isEqualTo("again uid 33 inside 0 outside -1 cwd /\n");
  }

  @Test
  void aNamedCallASignalAndAFileAreTriggersToo() throws Exception {
    Path call = program("tell(\"before\"); chdir(\"/tmp\"); tell(\"after\"); return 0;\n");
    Trigger chdir = new Trigger.Call(List.of("chdir"), new Located<>("call:chdir", NOWHERE));
    assertThat(run(order(call), chdir, 0, service -> {}))
        .startsWith("before uid 0 inside -1 outside 0")
        .endsWith("after uid 0 inside 0 outside -1 cwd /\n");
    Files.delete(report);

    Path signal =
        program(
            """
              void on(int n) { (void)n; }
              signal(SIGUSR1, on);
              tell("ready");
              struct stat s;
              for (int i = 0; i < 2000 && stat("/inside", &s); i++) usleep(10000);
              tell("after");
              return 0;
            """);
    assertThat(
            run(
                order(signal),
                new Trigger.Signal("USR1"),
                0,
                service -> {
                  await(() -> Files.exists(report) && Files.readString(report).contains("ready"));
                  try (Pidfd process = Pidfd.open(service.first())) {
                    process.signal(brig.linux.Signal.SIGUSR1);
                  }
                }))
        .endsWith("after uid 0 inside 0 outside -1 cwd /\n");
    Files.delete(report);

    Path file =
        program(
            """
              struct stat s;
              tell("ready");
              for (int i = 0; i < 2000 && stat("/inside", &s); i++) usleep(10000);
              tell("after");
              return 0;
            """);
    assertThat(
            run(
                order(file),
                new Trigger.FileAppears(directory.resolve("flag").toString()),
                0,
                service -> {
                  await(() -> Files.exists(report) && Files.readString(report).contains("ready"));
                  service.takeAll("the file");
                }))
        .endsWith("after uid 0 inside 0 outside -1 cwd /\n");
  }

  @Test
  void rootInTheJailHasNoPrivilegeButToBecomeItsUser() throws Exception {
    Path program =
        program(
            """
              chdir("/tmp");
              if (chroot("/inside") == 0 || errno != EPERM) return 2;
              if (unlink("/inside") == 0) return 3;
              if (setuid(33)) return 4;
              if (setuid(0) == 0) return 5;
              return 0;
            """);
    Trigger chdir = new Trigger.Call(List.of("chdir"), new Located<>("call:chdir", NOWHERE));
    run(order(program), chdir, 0, service -> {});
    assertThat(entered).hasSize(1);
  }

  @Test
  void whoGivesUpThePrivilegesOfGoingInGoesInThen() throws Exception {
    Path program =
        program(
            """
              struct { unsigned version; int pid; } header = {0x20080522, 0};
              unsigned some = 1u << 6 | 1u << 7; // SETGID, SETUID
              unsigned sets[6] = {some, some, 0, 0, 0, 0};
              if (syscall(SYS_capset, &header, sets)) return 2;
              tell("capset");
              if (setuid(33)) return 3;
              tell("setuid");
              return 0;
            """);
    assertThat(run(order(program), new Trigger.GivesUpRoot(), 0, service -> {}))
        .isEqualTo(
            "capset uid 0 inside 0 outside -1 cwd /\nsetuid uid 33 inside 0 outside -1 cwd /\n");
    assertThat(entered).singleElement().matches(e -> e.at().equals("capset"));
  }

  @Test
  void aSetUserIdProgramOfAnotherUserDoesNotRunOutside() throws Exception {
    Path other =
        Gcc.compile(
            directory.resolve("other"),
            "#include <stdio.h>\nint main(void) { return fputs(\"ran\", stdout) < 0; }\n");
    Gcc.run(List.of("chown", "33", other.toString()), Map.of());
    Gcc.run(List.of("chmod", "4755", other.toString()), Map.of());
    Path program = program("execl(argv[2], argv[2], (char *)0); return 2;\n");
    run(order(program, other.toString()), new Trigger.GivesUpRoot(), 137, service -> {});
    assertThat(killed).containsExactly("it would run outside as uid 33, by a set-user-id program");
  }

  @Test
  void aCrashInTheJailIsToldWithWhatMostlyHelps() throws Exception {
    Path program = program("if (setuid(33)) return 2; abort();\n");
    run(order(program), new Trigger.GivesUpRoot(), 134, service -> {});
    assertThat(noted)
        .singleElement()
        .asString()
        .contains("was killed by SIGABRT in the jail")
        .contains("belongs to 'preload'");
  }

  @Test
  void whereTracingIsForbiddenTheStartIsRefusedInClearWords() throws Exception {
    LaunchOrder order = order(program("return 0;\n"));
    Integer ptrace = SyscallNames.current().number("ptrace");
    BpfProgram forbids =
        new BpfProgram()
            .load(BpfProgram.NR)
            .ifEqual(ptrace == null ? -1 : ptrace, 1)
            .answer(BpfProgram.errno(Errno.EPERM))
            .answer(BpfProgram.ALLOW);
    try (Walls walls = Walls.build(order)) {
      String told =
          OwnThread.run(
              "forbidden",
              () -> {
                Seccomp.install(new Seccomp.Filter(forbids));
                try (LateService service =
                    LateService.start(walls, late(new Trigger.GivesUpRoot()), watcher)) {
                  return "started " + service.first();
                } catch (BrigException e) {
                  return e.problems().getFirst().text();
                }
              });
      assertThat(told)
          .startsWith("cannot jail late: tracing is forbidden here: EPERM")
          .contains("it needs CAP_SYS_PTRACE");
    }
    assertThat(report).doesNotExist();
  }
}
