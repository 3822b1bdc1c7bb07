package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a thread can do to itself without privileges, and that it stays with that thread. */
class ConfiningThreadTest {
  @TempDir Path directory;

  private static <T> T onThreadOfItsOwn(Callable<T> body) throws Exception {
    FutureTask<T> task = new FutureTask<>(body);
    Thread thread = Thread.ofPlatform().start(task);
    thread.join();
    return task.get();
  }

  private static ThreadStatus mine() throws LinuxException {
    try (Fd file = ThreadStatus.openMine()) {
      return ThreadStatus.read(file);
    }
  }

  @Test
  void capabilitiesAreThoseThatProcTells() throws Exception {
    Capabilities sets = Capabilities.mine();
    assertThat(sets)
        .isEqualTo(new Capabilities(mine().effective(), mine().permitted(), mine().inheritable()));
  }

  @Test
  void limitsAreThoseThatProcTells() throws Exception {
    Limits.Pair files = Limits.get(0, Limits.Resource.RLIMIT_NOFILE);
    assertThat(Files.readString(Path.of("/proc/self/limits")).replaceAll(" +", " "))
        .contains("Max open files " + files.soft() + " " + files.hard() + " files");
  }

  @Test
  void theSignalMaskIsSetAndReadOnOneThreadAlone() throws Exception {
    long before = SignalState.mask();
    long blocked = 1L << (Signal.SIGUSR2 - 1);
    ThreadStatus status =
        onThreadOfItsOwn(
            () -> {
              SignalState.setMask(blocked);
              assertThat(SignalState.mask()).isEqualTo(blocked);
              return mine();
            });
    assertThat(status.blocked()).isEqualTo(blocked);
    assertThat(SignalState.mask()).isEqualTo(before);
    assertThat(SignalState.ignored()).isEqualTo(mine().ignored());
  }

  @Test
  void aFilterRefusesOnItsThreadAlone() throws Exception {
    Integer getcwd = SyscallNames.current().number("getcwd");
    Seccomp.Filter filter =
        new Seccomp.Filter(
            new BpfProgram()
                .load(BpfProgram.NR)
                .ifEqual(getcwd == null ? -1 : getcwd, 1)
                .answer(BpfProgram.errno(Errno.EXDEV))
                .answer(BpfProgram.ALLOW));
    String answer =
        onThreadOfItsOwn(
            () -> {
              Capabilities.setNoNewPrivileges();
              Seccomp.install(filter);
              assertThat(mine().seccomp()).isEqualTo(2);
              assertThat(mine().noNewPrivileges()).isTrue();
              try {
                return CurrentPlace.directory();
              } catch (LinuxException e) {
                return e.errno().name();
              }
            });
    assertThat(answer).isEqualTo("EXDEV");
    assertThat(CurrentPlace.directory()).startsWith("/");
    assertThat(mine().seccomp()).isEqualTo(0);
  }

  @Test
  void aFenceHoldsOnItsThreadAlone() throws Exception {
    Path inside = Files.createDirectory(directory.resolve("inside"));
    Files.writeString(inside.resolve("a"), "a");
    Path outside = Files.writeString(directory.resolve("outside"), "b");
    assertThat(Landlock.abi()).isGreaterThanOrEqualTo(2);
    List<String> answers =
        onThreadOfItsOwn(
            () -> {
              Capabilities.setNoNewPrivileges();
              try (Landlock fence = Landlock.create(Landlock.fileRights(Landlock.abi()), 0, 0);
                  Fd place = Fd.open(inside.toString(), Fd.O_PATH)) {
                fence.allow(place, Landlock.READ_FILE);
                fence.restrict();
              }
              return List.of(
                  answer(inside.resolve("a"), Fd.O_RDONLY),
                  answer(inside.resolve("a"), Fd.O_WRONLY),
                  answer(outside, Fd.O_RDONLY));
            });
    assertThat(answers).containsExactly("opened", "EACCES", "EACCES");
    assertThat(answer(outside, Fd.O_RDONLY)).isEqualTo("opened");
  }

  private static String answer(Path path, int flags) {
    try (Fd fd = Fd.open(path.toString(), flags)) {
      return fd.number() > 2 ? "opened" : "strange";
    } catch (LinuxException e) {
      return e.errno().name();
    }
  }

  @Test
  void aSpawnedProgramGetsItsArgumentsEnvironmentAndAnOpenSignalMask() throws Exception {
    Path out = directory.resolve("out");
    Program program =
        new Program(
            List.of(
                "/bin/sh",
                "-c",
                "echo \"$1 $X\" >"
                    + out
                    + "; exec grep -E 'SigBlk|SigIgn' /proc/self/status >>"
                    + out,
                "sh",
                "an argument"),
            Map.of("X", "value", "PATH", "/usr/bin:/bin"),
            true);
    int pid = program.spawn();
    try (Pidfd child = Pidfd.open(pid)) {
      assertThat(child).isNotNull();
      assertThat(child.reap().status()).isZero();
    }
    assertThat(Files.readAllLines(out))
        .containsExactly(
            "an argument value", "SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
  }

  @Test
  void aProgramThatIsNotThereIsToldByErrno() {
    Program program = new Program(List.of("/nonexistent"), Map.of(), false);
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                    LinuxException.class, program::spawn)
                .errno())
        .isEqualTo(Errno.ENOENT);
  }
}
