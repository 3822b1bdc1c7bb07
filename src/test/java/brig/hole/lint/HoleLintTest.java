package brig.hole.lint;

import static org.assertj.core.api.Assertions.assertThat;

import brig.hole.job.Hole;
import brig.hole.job.JobsFile;
import brig.testing.FakeHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As root, for who owns a program is what is looked at. */
@Tag("root")
class HoleLintTest {
  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void makeHost() throws IOException {
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    host = FakeHost.bare(root);
    host.file(
        "/etc/passwd",
        "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/:/bin/false\n"
            + "reports:x:990:990::/:/bin/false\nann:x:1000:1000::/home/ann:/bin/sh\n");
    host.program("/usr/bin/report", "#!/bin/sh\n");
    host.program("/bin/sh", "");
    host.file("/etc/brig/budget.hole.toml", "");
  }

  private void mode(String path, String mode) throws IOException {
    Files.setPosixFilePermissions(
        root.resolve(path.substring(1)), PosixFilePermissions.fromString(mode));
  }

  private List<String> remarks(String text, @Nullable String jailUser) throws Exception {
    Hole hole =
        JobsFile.read(
            "budget", "/etc/brig/budget.hole.toml", text.getBytes(StandardCharsets.UTF_8));
    return HoleLint.check(hole, host, jailUser).stream()
        .map(remark -> remark.weight() + ": " + remark.problem().text())
        .toList();
  }

  private static String job(String step, String more) {
    return "[jobs.j]\ntitle = \"J\"\n"
        + more
        + "\n[[jobs.j.steps]]\nrole = \"output\"\n"
        + step
        + "\n";
  }

  @Test
  void aGoodHoleIsPassedOver() throws Exception {
    assertThat(remarks(job("command = [\"/usr/bin/report\"]\nuser = \"reports\"", ""), "www-data"))
        .isEmpty();
  }

  @Test
  void whatIsNotThereIsTold() throws Exception {
    assertThat(
            remarks(
                "callers = [\"web\"]\n"
                    + job(
                        "command = [\"/usr/bin/reprot\"]\nuser = \"repots\"\n"
                            + "working_directory = \"/srv/none\"",
                        ""),
                null))
        .containsExactly(
            "ERROR: there is no user \"web\" on this host. (/etc/brig/budget.hole.toml:1:12)",
            "ERROR: there is no directory /srv/none to work in."
                + " (/etc/brig/budget.hole.toml:5:10)",
            "ERROR: there is no program /usr/bin/reprot. (/etc/brig/budget.hole.toml:7:12)",
            "ERROR: there is no user \"repots\" on this host. useradd --system repots."
                + " (/etc/brig/budget.hole.toml:8:8)");
  }

  @Test
  void whoeverCanChangeWhatRunsIsTold() throws Exception {
    String hole = job("command = [\"/opt/a/report\"]\nuser = \"reports\"", "");
    host.program("/opt/b/report", "#!/opt/sh -e\n");
    host.program("/opt/sh", "");
    Files.createSymbolicLink(root.resolve("opt/a"), Path.of("b"));
    assertThat(remarks(hole, null)).isEmpty();
    mode("/opt/b/report", "rwxr-xrwx");
    assertThat(remarks(hole, null))
        .containsExactly(
            "ERROR: anybody can change what runs here: /opt/b/report is on the way to"
                + " /opt/a/report. chmod o-w /opt/b/report. (/etc/brig/budget.hole.toml:6:12)");
    mode("/opt/b/report", "rwxr-x---");
    assertThat(remarks(hole, null))
        .containsExactly(
            "ERROR: reports cannot run /opt/a/report. chmod +x /opt/b/report, or choose another"
                + " user. (/etc/brig/budget.hole.toml:6:12)");
    mode("/opt/b/report", "rwxr-xr-x");
    mode("/opt/b", "rwxrwxrwx");
    assertThat(remarks(hole, null))
        .containsExactly(
            "ERROR: anybody can change what runs here: /opt/b is on the way to /opt/a/report."
                + " chmod o-w /opt/b. (/etc/brig/budget.hole.toml:6:12)");
    mode("/opt/b", "rwxr-xr-x");
    Files.setAttribute(root.resolve("opt/b/report"), "unix:uid", 33);
    Files.setAttribute(root.resolve("opt/sh"), "unix:uid", 990);
    assertThat(remarks(hole, null))
        .containsExactly(
            "ERROR: uid 33 owns /opt/b/report and can change what runs here. chown root"
                + " /opt/b/report. (/etc/brig/budget.hole.toml:6:12)",
            "ERROR: uid 990 owns /opt/sh and can change what runs here. chown root /opt/sh."
                + " (/etc/brig/budget.hole.toml:6:12)");
  }

  @Test
  void case26_whoStepsRunAsIsHeldAgainstTheHostsAccounts() throws Exception {
    assertThat(remarks(job("command = [\"/usr/bin/report\"]\nuser = \"www-data\"", ""), "www-data"))
        .singleElement()
        .asString()
        .startsWith("ERROR: the step runs as www-data, as the callers do.");
    assertThat(
            remarks(
                "[sessions]\n"
                    + job(
                        "command = [\"/usr/bin/report\"]\nuser = \"{session.user}\"\n"
                            + "allowed_users = [\"ann\", \"reports\", \"bob\"]\n"
                            + "allowed_groups = [\"ann\", \"staff\"]",
                        "session = \"needs\""),
                "www-data"))
        .containsExactly(
            "ERROR: \"reports\" has uid 990, which is below 'least_uid': no step will run as it."
                + " Take it from 'allowed_users'. (/etc/brig/budget.hole.toml:9:25)",
            "ERROR: there is no user \"bob\" on this host. (/etc/brig/budget.hole.toml:9:36)",
            "ERROR: there is no group \"staff\" on this host. (/etc/brig/budget.hole.toml:10:26)");
  }

  @Test
  void whatIsSeldomMeantIsAHint() throws Exception {
    host.program("/usr/bin/sgid", "");
    mode("/etc/brig/budget.hole.toml", "rw-rw-r--");
    String hole =
        "[jobs.j]\ntitle = \"J\"\nat_once = 99\n"
            + "fields = [\n{ name = \"a\", type = \"text\", label = \"A\", leading_dash = true },\n"
            + "{ name = \"b\", type = \"text\", label = \"B\" }]\n"
            + "steps = [{ command = [\"/usr/bin/report\", \"{a}\"], user = \"reports\" }]\n";
    assertThat(remarks(hole, null))
        .containsExactly(
            "ERROR: others than its owner can change /etc/brig/budget.hole.toml. It says what runs"
                + " outside the jail: chmod go-w /etc/brig/budget.hole.toml.",
            "HINT: visitors see nothing of the job \"j\". Give a step role = \"output\", unless"
                + " that is meant. (/etc/brig/budget.hole.toml:1:7)",
            "HINT: the job \"j\" cannot run 99 times at once: the hole runs 16 of all jobs. Raise"
                + " 'at_once' at the top of the file, or lower the job's."
                + " (/etc/brig/budget.hole.toml:1:7)",
            "HINT: no step takes the field \"b\". Leave it out, or hand it over: \"{b}\"."
                + " (/etc/brig/budget.hole.toml:6:1)",
            "HINT: the program may take the value of \"a\" for an option. Put \"--\" before it in"
                + " the command, if the program knows that. (/etc/brig/budget.hole.toml:7:42)");
  }
}
