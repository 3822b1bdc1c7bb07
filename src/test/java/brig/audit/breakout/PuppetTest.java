package brig.audit.breakout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.audit.breakout.Puppet.Buffer;
import brig.linux.Architecture;
import brig.linux.Fd;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that makes the calls that it is told to make. */
@Tag("root")
class PuppetTest {
  @TempDir Path directory;

  private Path program;
  private Puppet puppet;
  private final Transcript transcript = new Transcript(10_000);

  @BeforeEach
  void start() throws Exception {
    program = directory.resolve("program");
    Files.write(program, PuppetProgram.of(Architecture.current()));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    puppet = OutsideStart.of(program.toString(), 33, 44).start("it", transcript);
  }

  @AfterEach
  void end() {
    puppet.close();
  }

  @Test
  void itMakesCallsWithTheRightsItWasGiven() throws Exception {
    assertThat(puppet.must("getpid")).isEqualTo(puppet.pid());
    assertThat(puppet.must("geteuid")).isEqualTo(33);
    assertThat(puppet.must("getegid")).isEqualTo(44);
    assertThatThrownBy(() -> puppet.must("chroot", "/"))
        .isInstanceOf(Refused.class)
        .hasMessage("chroot: EPERM");
    assertThat(transcript.lines())
        .containsExactly(
            "it: getpid() = " + puppet.pid(),
            "it: geteuid() = 33",
            "it: getegid() = 44",
            "it: chroot(\"/\") = EPERM");
  }

  @Test
  void itsMemoryIsFilledAndReadThroughItsChannel() throws Exception {
    byte[] large = new byte[100_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31);
    }
    Buffer buffer = puppet.put(large);
    byte[] end = puppet.get(buffer.address() + 90_000, 8);
    for (int i = 0; i < end.length; i++) {
      assertThat(end[i]).isEqualTo(large[90_000 + i]);
    }
    assertThatThrownBy(() -> puppet.get(0x7000, 100)).hasMessage("write: EFAULT");
  }

  @Test
  void itReadsFilesByNamesOfAnyBytes() throws Exception {
    String name = directory + "/caf\u00e9\n;x";
    Files.writeString(Path.of(name), "within");
    long file = puppet.must("openat", Steps.CWD, name, Fd.O_RDONLY, 0);
    Buffer content = puppet.buffer(6);
    puppet.must("read", file, content, content.size());
    assertThat(new String(puppet.get(content), StandardCharsets.UTF_8)).isEqualTo("within");
  }

  @Test
  void itsChildIsAnotherProcessWithAChannelOfItsOwn() throws Exception {
    Puppet child = puppet.fork(0);
    assertThat(child.must("getppid")).isEqualTo(puppet.pid());
    child.must("chdir", "/tmp");
    Buffer place = puppet.buffer(64);
    puppet.must("getcwd", place, place.size());
    assertThat(puppet.get(place)[1]).as("the parent stays in /").isZero();
  }

  @Test
  void aCallThatDoesNotReturnInTimeProvesNothing() throws Exception {
    try (Puppet hurried =
        OutsideStart.of(program.toString(), 33, 33).start("it", new Transcript(300))) {
      assertThatThrownBy(() -> hurried.must("ppoll", 0, 0, 0, 0, 0))
          .isInstanceOf(NotPossible.class)
          .hasMessage("ppoll did not return in time");
    }
  }

  @Test
  void oneThatIsKilledIsToldSo() throws Exception {
    assertThatThrownBy(() -> puppet.must("kill", puppet.pid(), 9))
        .isInstanceOf(Refused.class)
        .hasMessage("kill: killed");
    assertThat(puppet.ended(10_000)).isEqualTo("SIGKILL");
  }

  @Test
  void theEndOfItsChannelIsItsEnd() throws Exception {
    Puppet child = puppet.fork(0);
    long pid = child.must("getpid");
    child.close();
    Buffer status = puppet.buffer(16);
    assertThat(puppet.must("wait4", pid, status, 0, 0)).isEqualTo(pid);
    assertThat(puppet.getInt(status)).as("exited with 0").isZero();
    assertThat(Files.exists(Path.of("/proc/" + pid), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }
}
