package brig.plan;

import static brig.plan.Plans.plan;
import static brig.plan.Plans.problems;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.testing.FakeHost;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is mounted in a jail that a daemon enters. */
class EnteredPlanTest {
  @TempDir Path root;

  private static String jailfile(String mode, String files) {
    return Plans.SERVICE + "mode = \"" + mode + "\"\nroot = \"/srv/site\"\n[files]\n" + files;
  }

  /** Inside and outside, of what is mounted. */
  private static List<String> mounted(Plan plan) {
    return plan.entries().stream()
        .filter(Entry.Socket.class::isInstance)
        .map(Entry.Socket.class::cast)
        .map(mount -> mount.path() + " <- " + mount.source())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"late", "self"})
  void whatIsMappedIsMountedUnderItsOtherPath(String mode) throws BrigException {
    FakeHost host = FakeHost.bare(root).file("/etc/own.conf", "x");
    Plan plan = plan(host, jailfile(mode, "map = { \"/etc/resolv.conf\" = \"/etc/own.conf\" }\n"));
    assertThat(mounted(plan)).containsExactly("/etc/resolv.conf <- /etc/own.conf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"late", "self"})
  void aProgramComesWithItsLoaderAndLibrariesWhereTheyAreLookedFor(String mode)
      throws BrigException {
    FakeHost host = FakeHost.overThisMachine(root);
    Plan plan = plan(host, jailfile(mode, "programs = [\"/bin/cat\"]\n"));
    assertThat(mounted(plan))
        .contains("/bin/cat <- /bin/cat")
        .anyMatch(mount -> mount.contains("/ld-linux"))
        .anyMatch(mount -> mount.contains("/libc.so.6"))
        .noneMatch(mount -> mount.contains("ld.so.cache"));
  }

  @Test
  void whatCannotBeMountedIsToldAllAtOnce() throws BrigException {
    FakeHost host = FakeHost.bare(root).program("/usr/bin/script", "#!/usr/bin/perl\n");
    assertThat(
            problems(
                host,
                jailfile(
                    "late",
                    "map = { \"/etc/a\" = \"/etc/absent\" }\n"
                        + "programs = [\"/usr/bin/script\", \"/usr/bin/absent\"]\n")))
        .containsExactly(
            "cannot find /etc/absent: the host has no such file or directory. Make it, or take the"
                + " line out. (www.toml:6:9)",
            "cannot mount the program /usr/bin/script: nothing is planned for this jail, so only"
                + " what is compiled brings what it needs. Name a script under 'include', and its"
                + " interpreter, with what that opens, beside it. (www.toml:7:13)",
            "cannot mount the program /usr/bin/absent: the host has no such file. Install it, or"
                + " give the path where it is. (www.toml:7:32)");
  }
}
