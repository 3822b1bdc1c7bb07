package brig.launch;

import static org.assertj.core.api.Assertions.assertThat;

import brig.launch.service.CallRecord.Answer;
import brig.launch.service.OutsideCalls;
import brig.spec.JailSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real program in a jail that makes a call outside its profile. */
@Tag("root")
class ProfiledServiceTest {
  /** What busybox calls as it starts, on any architecture, and for stat; mkdir is not among it. */
  private static final List<String> CALLS =
      List.of(
          "arch_prctl",
          "fstat",
          "getcwd",
          "getegid",
          "geteuid",
          "getgid",
          "getppid",
          "getuid",
          "ioctl",
          "newfstatat",
          "prctl",
          "readlink",
          "readlinkat",
          "setgid",
          "setuid",
          "stat",
          "uname",
          "wait4");

  private static final String MAKE = "busybox mkdir /data/d && echo made || echo refused";
  private static final long DEADLINE_MILLIS = 30_000;

  @TempDir Path directory;
  private TestJail jail;

  @BeforeEach
  void build() throws Exception {
    jail = new TestJail(directory);
  }

  private LaunchOrder order(boolean logOnly) {
    JailSpec.SeccompPolicy policy =
        new JailSpec.SeccompPolicy(
            true, List.of(), List.of(), new JailSpec.Profile.Calls(CALLS), logOnly);
    return Orders.filtering(jail.order("/bin/sh", "-c", MAKE), policy);
  }

  @Test
  void aCallOutsideIsRefusedAndTheKernelTellsItsName() throws Exception {
    OutsideCalls.Seen seen = runUntilTold(order(false), Answer.REFUSED);
    assertThat(seen.programs()).containsExactly("/bin/busybox");
    assertThat(jail.data.resolve("d")).doesNotExist();
    assertThat(jail.linesOf(Launcher.spawn(order(false))))
        .endsWith("mkdir: can't create directory '/data/d': Operation not permitted", "refused");
  }

  @Test
  void withModeLogItIsLetThroughAndToldByName() throws Exception {
    OutsideCalls.Seen seen = runUntilTold(order(true), Answer.LET_THROUGH);
    assertThat(seen.programs()).containsExactly("/bin/busybox");
    assertThat(jail.data.resolve("d")).isDirectory();
  }

  @Test
  void theDefaultFilterHoldsBesideAProfileThatOnlyLogs() throws Exception {
    JailSpec.SeccompPolicy policy =
        new JailSpec.SeccompPolicy(
            true,
            List.of(),
            List.of(),
            new JailSpec.Profile.Calls(List.of("chroot", "ptrace")),
            true);
    int pid =
        Launcher.spawn(
            Orders.filtering(jail.order("/bin/sh", "-c", "busybox chroot /data /bin/x"), policy));
    assertThat(jail.linesOf(pid))
        .containsExactly(
            "chroot: can't change root directory to '/data':" + " Operation not permitted");
  }

  /**
   * The kernel's log takes ten messages in five seconds, whoever's they are; so the program runs
   * until it has got in.
   */
  private OutsideCalls.Seen runUntilTold(LaunchOrder order, Answer answer) throws Exception {
    long since = System.currentTimeMillis();
    List<OutsideCalls.Seen> all = List.of();
    while (System.currentTimeMillis() - since < DEADLINE_MILLIS) {
      TestJail.reap(Launcher.spawn(order));
      Thread.sleep(300);
      all = OutsideCalls.of(whose(jail, since));
      for (OutsideCalls.Seen seen : all) {
        if (seen.call().startsWith("mkdir") && seen.answer() == answer) {
          assertThat(all).as("nothing else is outside").hasSize(1);
          return seen;
        }
      }
    }
    throw new AssertionError("not told: " + all);
  }

  private static OutsideCalls.Whose whose(TestJail jail, long since) {
    return new OutsideCalls.Whose(jail.root.toString(), null, true, Set.of(TestJail.USER), since);
  }
}
