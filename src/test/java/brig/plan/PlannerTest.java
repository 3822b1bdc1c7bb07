package brig.plan;

import static brig.plan.Plans.SERVICE;
import static brig.plan.Plans.content;
import static brig.plan.Plans.entry;
import static brig.plan.Plans.paths;
import static brig.plan.Plans.plan;
import static brig.plan.Plans.problems;
import static brig.plan.Plans.reasons;
import static brig.plan.Plans.target;
import static brig.plan.Plans.warnings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.report.BrigException;
import brig.testing.FakeHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannerTest {
  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void aHostWithAService() {
    host = FakeHost.bare(root).program("/usr/sbin/www", "just bytes");
  }

  @Test
  void theShortestJailfileMakesASmallJail() throws BrigException {
    Plan plan = plan(host, SERVICE);
    assertThat(paths(plan))
        .containsExactly(
            "/",
            "/dev",
            "/dev/null",
            "/dev/random",
            "/dev/urandom",
            "/dev/zero",
            "/etc",
            "/etc/group",
            "/etc/passwd",
            "/etc/shadow",
            "/run",
            "/tmp",
            "/usr",
            "/usr/sbin",
            "/usr/sbin/www",
            "/var",
            "/var/run",
            "/var/tmp");
    assertThat(reasons(plan, "/usr/sbin/www")).containsExactly("www.toml:1");
    assertThat(plan.service()).isEqualTo(new Plan.ServiceIds(33, 33, List.of()));
    assertThat(entry(plan, "/dev/null"))
        .isInstanceOfSatisfying(
            Entry.Device.class,
            device -> {
              assertThat(device.block()).isFalse();
              assertThat(device.minor()).isEqualTo(3);
            });
  }

  @Test
  void twoPlansOfTheSameHostAreEqual() throws BrigException {
    host.file("/srv/www/a.html", "a").file("/srv/www/b.html", "b").link("/srv/www/c", "a.html");
    String jailfile = SERVICE + "[files]\ninclude = [\"/srv/www\"]\n";
    assertThat(plan(host, jailfile)).isEqualTo(plan(host, jailfile));
  }

  @Test
  void case18_theLinksOfAMergedUsrAreKept() throws BrigException {
    host.link("/bin", "usr/bin").program("/usr/bin/tool", "x");
    Plan plan = plan(host, SERVICE + "[files]\nprograms = [\"/bin/tool\"]\n");
    assertThat(target(plan, "/bin")).isEqualTo("usr/bin");
    assertThat(entry(plan, "/usr/bin/tool")).isInstanceOf(Entry.File.class);
    assertThat(paths(plan)).doesNotContain("/bin/tool");
  }

  @Test
  void case19_theChainOfAlternativesIsKept() throws BrigException {
    host.program("/usr/bin/mawk", "x")
        .link("/etc/alternatives/awk", "/usr/bin/mawk")
        .link("/usr/bin/awk", "/etc/alternatives/awk");
    Plan plan = plan(host, SERVICE + "[files]\nprograms = [\"/usr/bin/awk\"]\n");
    assertThat(target(plan, "/usr/bin/awk")).isEqualTo("/etc/alternatives/awk");
    assertThat(target(plan, "/etc/alternatives/awk")).isEqualTo("/usr/bin/mawk");
    assertThat(reasons(plan, "/usr/bin/mawk")).containsExactly("www.toml:4");
  }

  @Test
  void case11_envFindsTheProgramInThePathOfTheJail() throws BrigException {
    host.program("/usr/bin/env", "x")
        .program("/opt/perl/bin/lang", "x")
        .program("/usr/bin/lang", "the wrong one")
        .program("/srv/a.cgi", "#!/usr/bin/env lang\n");
    Plan plan =
        plan(
            host,
            SERVICE
                + "[files]\nprograms = [\"/srv/a.cgi\"]\n"
                + "[environment]\nPATH = \"/opt/perl/bin:/usr/bin\"\n");
    assertThat(reasons(plan, "/opt/perl/bin/lang"))
        .containsExactly("www.toml:4 -> /srv/a.cgi -> #!/usr/bin/env lang -> found in PATH");
    assertThat(paths(plan)).contains("/usr/bin/env").doesNotContain("/usr/bin/lang");
  }

  @Test
  void theKernelPassesAllAfterTheInterpreterAsOneWord() {
    assertThat(Scripts.firstLine("#! /bin/sh -e -u \nexit".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new Scripts.FirstLine("/bin/sh", "-e -u"));
    assertThat(Scripts.programOfEnv("-S LANG=C perl -w")).isEqualTo("perl");
    assertThat(Scripts.programOfEnv("perl")).isEqualTo("perl");
    assertThat(Scripts.programOfEnv("-i")).isNull();
    assertThat(Scripts.firstLine("#!\n".getBytes(StandardCharsets.UTF_8))).isNull();
  }

  @Test
  void whatIsMissingIsReportedAllAtOnceWithPositions() throws BrigException {
    host.program("/srv/a.cgi", "#!/usr/bin/nothing\n");
    assertThat(
            problems(
                host,
                """
                command = ["/usr/sbin/absent"]
                user = "nobody-of-that-name"
                groups = ["nor-that-one"]
                [files]
                include = ["/srv/none", "/srv/*.none"]
                programs = ["/srv/a.cgi"]
                writable = [{ path = "/var/lib/www", owner = "who" }]
                """))
        .containsExactlyInAnyOrder(
            "cannot jail the program /usr/sbin/absent: the host has no such file. Install it, or"
                + " give the path where it is. (www.toml:1:12)",
            "cannot find the user nobody-of-that-name: /etc/passwd has no such user. Make it"
                + " (useradd --system nobody-of-that-name) or name another. (www.toml:2:8)",
            "cannot find the group nor-that-one: /etc/group has no such group. Make it (groupadd"
                + " --system nor-that-one) or name another. (www.toml:3:11)",
            "cannot include /srv/none: the host has no such file or directory. Make it, mend the"
                + " path, or take it out. (www.toml:5:12)",
            "cannot include /srv/*.none: nothing on the host matches it. Mend the pattern or take"
                + " it out. (www.toml:5:25)",
            "cannot find /usr/bin/nothing, which runs the script /srv/a.cgi: the host has no such"
                + " file. Install it, or exclude the script. (www.toml:6:13)",
            "cannot find the user who: /etc/passwd has no such user. Make it (useradd --system"
                + " who) or name another. (www.toml:7:22)");
  }

  @Test
  void case8_accountsAreThoseOfTheJailfileAndNoOthers() throws BrigException {
    Plan plan = plan(host, SERVICE + "groups = [\"mail\"]\n");
    assertThat(content(plan, "/etc/passwd"))
        .isEqualTo("www-data:x:33:33:www-data:/var/www:/bin/false\n");
    assertThat(content(plan, "/etc/group")).isEqualTo("mail:x:8:\nwww-data:x:33:\n");
    assertThat(content(plan, "/etc/shadow")).isEqualTo("www-data:!*:::::::\n");
    assertThat(plan.service().groups()).containsExactly(8);
  }

  @Test
  void aNumberIsAnIdThatTheHostNeedNotKnow() throws BrigException {
    Plan plan = plan(host, "command = [\"/usr/sbin/www\"]\nuser = \"4711\"\ngroup = \"4712\"\n");
    assertThat(plan.service()).isEqualTo(new Plan.ServiceIds(4711, 4712, List.of()));
    assertThat(content(plan, "/etc/passwd")).isEmpty();
  }

  @Test
  void thePasswordsOfTheHostNeverComeInByWhateverName() throws BrigException, IOException {
    host.directory("/srv/www").link("/srv/www/link", "/etc/shadow").file("/srv/www/x", "x");
    Files.createLink(host.real("/srv/www/hard"), host.real("/etc/shadow"));
    Plan plan = plan(host, SERVICE + "[files]\ninclude = [\"/srv/www\", \"/etc/sh*\"]\n");
    assertThat(content(plan, "/etc/shadow")).doesNotContain("secret");
    assertThat(paths(plan)).contains("/srv/www/x").doesNotContain("/srv/www/hard");
    assertThat(warnings(plan)).anyMatch(w -> w.contains("/srv/www/hard"));
  }

  @Test
  void aSocketThatGivesTheHostAwayIsRefused() throws BrigException {
    assertThat(
            problems(
                host.file("/run/docker.sock", "").link("/srv/harmless", "/run/docker.sock"),
                SERVICE + "[sockets]\n\"/run/x.sock\" = \"/srv/harmless\"\n"))
        .containsExactly(
            "cannot give the jail /srv/harmless: through /run/docker.sock a service becomes"
                + " root on the host. Take the line out. (www.toml:4:1)");
  }

  @Test
  void linksInACircleAreAProblem() throws BrigException {
    host.link("/srv/a", "b").link("/srv/b", "a");
    assertThat(problems(host, SERVICE + "[files]\ninclude = [\"/srv/a\"]\n"))
        .containsExactly(
            "cannot follow /srv/a: ELOOP (Too many levels of symbolic links). The links lead in a"
                + " circle; mend them or exclude the path. (www.toml:4:12)");
  }

  @Test
  void aLinkThatLeadsAboveTheRootEndsAtTheRoot() throws BrigException {
    host.file("/etc/site.conf", "x").link("/srv/www/up", "../../../../etc/site.conf");
    Plan plan = plan(host, SERVICE + "[files]\ninclude = [\"/srv/www\"]\n");
    assertThat(target(plan, "/srv/www/up")).isEqualTo("../../../../etc/site.conf");
    assertThat(entry(plan, "/etc/site.conf")).isInstanceOf(Entry.File.class);
  }

  @Test
  void aLinkThatLeadsNowhereIsLeftOutWithAWarning() throws BrigException {
    host.link("/srv/www/gone", "/srv/nowhere");
    Plan plan = plan(host, SERVICE + "[files]\ninclude = [\"/srv/www\"]\n");
    assertThat(paths(plan)).doesNotContain("/srv/www/gone");
    assertThat(warnings(plan))
        .containsExactly(
            "left out the link /srv/www/gone: it leads to /srv/nowhere, which is not there. Mend it"
                + " or exclude it. (www.toml:4:12)");
  }

  @Test
  void aLinkIntoAWritablePlaceIsKept() throws BrigException {
    host.link("/srv/www/logs", "/var/log/www");
    Plan plan =
        plan(host, SERVICE + "[files]\ninclude = [\"/srv/www\"]\nwritable = [\"/var/log/www\"]\n");
    assertThat(target(plan, "/srv/www/logs")).isEqualTo("/var/log/www");
    assertThat(warnings(plan)).isEmpty();
  }

  @Test
  void aPlanThatWouldEscapeThroughALinkCannotBe() {
    List<Reason> why = List.of(Reason.root("test"));
    List<Entry> entries =
        List.of(
            new Entry.Directory("/", 0755, 0, 0, why),
            new Entry.Link("/etc", "/outside", why),
            new Entry.Generated("/etc/passwd", new byte[0], 0644, 0, 0, why));
    assertThatThrownBy(() -> planOf(entries))
        .hasMessage("the path of /etc/passwd leads through something that is no directory");
    List<Entry> dots =
        List.of(
            new Entry.Directory("/", 0755, 0, 0, why),
            new Entry.Generated("/../passwd", new byte[0], 0644, 0, 0, why));
    assertThatThrownBy(() -> planOf(dots)).hasMessage("not an absolute, normal path: /../passwd");
  }

  private static Plan planOf(List<Entry> entries) {
    return new Plan(
        "www", entries, List.of(), List.of(), new Plan.ServiceIds(33, 33, List.of()), List.of());
  }

  @Test
  void aCommandThatIsWrittenByTheJailfileMustBeExecutable() throws BrigException {
    String content = "[[files.content]]\npath = \"/srv/go\"\ntext = \"#!/usr/sbin/www\"\n";
    String jailfile = "command = [\"/srv/go\"]\nuser = \"www-data\"\n" + content;
    assertThatThrownBy(() -> plan(host, jailfile + "mode = \"0644\"\n"))
        .isInstanceOf(BrigException.class)
        .hasMessageContaining("cannot jail the program /srv/go: it is not executable.");
    assertThat(paths(plan(host, jailfile + "mode = \"0755\"\n"))).contains("/srv/go");
  }

  @Test
  void contentThatGoesThroughALinkIsPutWhereTheLinkLeads() throws BrigException {
    host.directory("/srv/real").link("/srv/site", "real");
    Plan plan =
        plan(host, SERVICE + "[[files.content]]\npath = \"/srv/site/a\"\ntext = \"hello\"\n");
    assertThat(content(plan, "/srv/real/a")).isEqualTo("hello");
    assertThat(target(plan, "/srv/site")).isEqualTo("real");
  }

  @Test
  void contentBelowALinkThatLeadsNowhereIsRefused() throws BrigException {
    host.link("/srv/site", "/srv/nowhere");
    assertThat(
            problems(
                host, SERVICE + "[[files.content]]\npath = \"/srv/site/a\"\ntext = \"hello\"\n"))
        .containsExactly(
            "cannot put anything into /srv/site: it is a link to /srv/nowhere, which is not there."
                + " Make what it leads to, or choose another place. (www.toml:4:8)");
  }

  @Test
  void aMappedTreeAppearsUnderItsPathInside() throws BrigException {
    host.file("/home/ann/site/index.html", "x").link("/home/ann/site/start", "index.html");
    Plan plan = plan(host, SERVICE + "[files]\nmap = { \"/srv/www\" = \"/home/ann/site\" }\n");
    assertThat(entry(plan, "/srv/www/index.html"))
        .isInstanceOfSatisfying(
            Entry.File.class,
            file -> assertThat(file.source()).isEqualTo("/home/ann/site/index.html"));
    assertThat(target(plan, "/srv/www/start")).isEqualTo("index.html");
    assertThat(paths(plan)).noneMatch(path -> path.startsWith("/home"));
  }

  @Test
  void excludeWinsOverEverythingBelowIt() throws BrigException {
    host.file("/srv/www/.git/config", "x").file("/srv/www/a/.git/x", "x").file("/srv/www/a/b", "x");
    Plan plan =
        plan(
            host,
            SERVICE
                + "[files]\ninclude = [\"/srv/www\", \"/srv/www/.git/config\"]\n"
                + "exclude = [\"/srv/www/**/.git\"]\n");
    assertThat(paths(plan)).contains("/srv/www/a/b").noneMatch(path -> path.contains(".git"));
  }

  @Test
  void case25_aNameMayHoldAnyCharacter() throws BrigException {
    host.file("/srv/www/a; rm -rf *\n\"$x\"", "x");
    Plan plan = plan(host, SERVICE + "[files]\ninclude = [\"/srv/www/*\"]\n");
    assertThat(paths(plan)).contains("/srv/www/a; rm -rf *\n\"$x\"");
  }

  @Test
  void theJailfileMayNotPutFilesIntoAWritablePlace() throws BrigException {
    host.file("/var/lib/www/seed", "x");
    assertThat(
            problems(
                host,
                SERVICE
                    + "[files]\n"
                    + "include = [\"/var/lib/www/seed\"]\n"
                    + "writable = [\"/var/lib/www\"]\n"))
        .containsExactly(
            "cannot include /var/lib/www/seed: it lies in a writable place, whose content is not"
                + " the plan's. Take it out, or make another place writable. (www.toml:4:12)");
  }

  @Test
  void aPrivateKeyComesInWithAWarning() throws BrigException {
    host.file("/etc/ssl/www.key", "-----BEGIN PRIVATE KEY-----\nabc\n");
    Plan plan = plan(host, SERVICE + "[files]\ninclude = [\"/etc/ssl/www.key\"]\n");
    assertThat(warnings(plan))
        .containsExactly(
            "the private key /etc/ssl/www.key comes into the jail. Whoever breaks into the service"
                + " can read it; exclude it if it can be. (www.toml:4:12)");
  }

  @Test
  void hardLinksAreSeenByDeviceAndInode() throws BrigException, IOException {
    host.file("/srv/www/a", "x");
    Files.createLink(host.real("/srv/www/b"), host.real("/srv/www/a"));
    Plan plan = plan(host, SERVICE + "[files]\ninclude = [\"/srv/www\"]\n");
    FileStat a = ((Entry.File) entry(plan, "/srv/www/a")).stat();
    FileStat b = ((Entry.File) entry(plan, "/srv/www/b")).stat();
    assertThat(a.inode()).isEqualTo(b.inode());
    assertThat(a.links()).isEqualTo(2);
  }
}
