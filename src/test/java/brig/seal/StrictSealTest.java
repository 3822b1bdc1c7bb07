package brig.seal;

import static org.assertj.core.api.Assertions.assertThat;

import brig.plan.Entry;
import brig.plan.Exclusions;
import brig.plan.FileStat;
import brig.plan.Plan;
import brig.plan.Reason;
import brig.report.Position;
import brig.report.Problem;
import brig.spec.Located;
import brig.tree.Change;
import brig.tree.Seal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StrictSealTest {
  private static final int SERVICE = 33;
  private static final int OWN_GROUP = 34;
  private static final int FURTHER_GROUP = 44;
  private static final Plan PLAN =
      new Plan(
          "www",
          List.of(new Entry.Directory("/", 0755, 0, 0, List.of(Reason.root("x")))),
          List.of(),
          List.of(),
          new Plan.ServiceIds(SERVICE, OWN_GROUP, List.of(FURTHER_GROUP)),
          List.of());
  private static final Exclusions READABLE =
      new Exclusions(List.of(new Located<>("/etc/www/passwords", new Position("www.toml", 1, 1))));

  @TempDir Path directory;

  private static Seal seal(boolean startsAsRoot) {
    return new StrictSeal(startsAsRoot, READABLE, false);
  }

  private static Change.CopyFile file(String path, String source, int mode, int uid, int gid) {
    FileStat stat = new FileStat(FileStat.Type.FILE, mode, uid, gid, 100, 1, 1, 1, 0, 0, 0);
    return new Change.CopyFile(path, source, stat, mode, uid, gid);
  }

  /** Mode, owner and group as "0444 0:0". */
  private static String sealed(Seal seal, Change change) {
    Change result = seal.seal(PLAN, List.of(change)).changes().getFirst();
    return switch (result) {
      case Change.CopyFile f -> text(f.mode(), f.uid(), f.gid());
      case Change.MakeDirectory d -> text(d.mode(), d.uid(), d.gid());
      case Change.WriteFile w -> text(w.mode(), w.uid(), w.gid());
      default -> result.toString();
    };
  }

  private static String text(int mode, int uid, int gid) {
    return "0" + Integer.toOctalString(mode) + " " + uid + ":" + gid;
  }

  private static String data(String path, int mode, int uid, int gid) {
    return sealed(seal(true), file(path, "/nowhere", mode, uid, gid));
  }

  private static String program(String source, int mode) {
    return sealed(seal(true), file(source, source, mode, 0, 0));
  }

  private String script(int mode) throws Exception {
    Path script = directory.resolve("a.cgi");
    Files.write(script, "#!/usr/bin/perl\nprint 1;\n".repeat(9).getBytes(StandardCharsets.UTF_8));
    return sealed(seal(true), file("/srv/a.cgi", script.toString(), mode, 0, 0));
  }

  @Test
  void programsAreExecutedAndNotRead() {
    assertThat(program("/usr/bin/env", 0755)).isEqualTo("0111 0:0");
    assertThat(program("/usr/bin/env", 06755)).isEqualTo("0111 0:0");
    assertThat(program("/usr/bin/env", 0750)).isEqualTo("0110 0:0");
  }

  @Test
  void whatTheLoaderOpensCanBeRead() throws Exception {
    String loader = Path.of("/lib64/ld-linux-x86-64.so.2").toRealPath().toString();
    String libc = Path.of("/lib/x86_64-linux-gnu/libc.so.6").toRealPath().toString();
    assertThat(program(loader, 0755)).isEqualTo("0555 0:0");
    assertThat(program(libc, 0755)).isEqualTo("0555 0:0");
    assertThat(program(libc, 0644)).isEqualTo("0444 0:0");
  }

  @Test
  void scriptsAreReadByTheirInterpreter() throws Exception {
    assertThat(script(0755)).isEqualTo("0555 0:0");
    assertThat(script(04775)).isEqualTo("0555 0:0");
    assertThat(script(0644)).isEqualTo("0444 0:0");
  }

  @Test
  void whatIsMarkedExecutableAndCannotBeExecutedIsData() throws Exception {
    Path page = Files.writeString(directory.resolve("page.html"), "<html>".repeat(20));
    assertThat(sealed(seal(true), file("/srv/page.html", page.toString(), 0777, 0, 0)))
        .isEqualTo("0444 0:0");
  }

  @Test
  void rootOwnsAllAndNobodyWrites() {
    assertThat(data("/srv/f", 0666, 7, 8)).isEqualTo("0444 0:8");
    assertThat(data("/srv/f", 0600, 7, 8)).isEqualTo("0400 0:8");
    assertThat(sealed(seal(true), new Change.MakeDirectory("/srv", 02775, 7, 8)))
        .isEqualTo("0555 0:8");
    assertThat(sealed(seal(true), new Change.MakeDirectory("/", 0755, 0, 0))).isEqualTo("0555 0:0");
  }

  @Test
  void whatTheServiceReadAsTheOwnerItsGroupReads() {
    assertThat(data("/srv/secret", 0600, SERVICE, 8)).isEqualTo("0440 0:" + OWN_GROUP);
    assertThat(data("/srv/secret", 0640, 0, FURTHER_GROUP)).isEqualTo("0440 0:" + FURTHER_GROUP);
    assertThat(sealed(seal(true), new Change.MakeDirectory("/srv", 0700, SERVICE, 8)))
        .isEqualTo("0550 0:" + OWN_GROUP);
  }

  @Test
  void configurationThatRootReadsIsForRootAlone() {
    assertThat(data("/etc/www/www.conf", 0644, 0, 0)).isEqualTo("0400 0:0");
    assertThat(data("/usr/local/etc/www.conf", 0644, SERVICE, 8)).isEqualTo("0400 0:0");
    assertThat(data("/etc/www/passwords", 0644, 0, 0))
        .as("named in files.readable")
        .isEqualTo("0440 0:" + OWN_GROUP);
    assertThat(data("/etc/www/passwords", 0600, 0, 0))
        .as("which gives nobody what the host does not")
        .isEqualTo("0400 0:0");
  }

  @Test
  void configurationOfAServiceThatNeverIsRootIsForItsGroup() {
    Change conf = file("/etc/www/www.conf", "/nowhere", 0644, 0, 0);
    Change key = file("/etc/ssl/private/www.key", "/nowhere", 0600, 0, 0);
    assertThat(sealed(seal(false), conf)).isEqualTo("0440 0:" + OWN_GROUP);
    assertThat(sealed(seal(false), key)).isEqualTo("0400 0:0");
  }

  @Test
  void whatEveryProgramOpensIsNoConfiguration() {
    for (String path :
        List.of(
            "/etc/ld.so.cache",
            "/etc/passwd",
            "/etc/nsswitch.conf",
            "/etc/ssl/certs/a.pem",
            "/etc/ssl/openssl.cnf",
            "/etc/perl/Net/libnet.cfg",
            "/etc/python3.11/sitecustomize.py")) {
      assertThat(data(path, 0644, 0, 0)).as(path).isEqualTo("0444 0:0");
    }
    assertThat(data("/etc/ssl/private/www.key", 0640, 0, FURTHER_GROUP)).isEqualTo("0400 0:0");
  }

  @Test
  void filesThatAreMadeForTheJailFollowTheSameRules() {
    byte[] text = "x".getBytes(StandardCharsets.UTF_8);
    byte[] script = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);
    assertThat(sealed(seal(true), new Change.WriteFile("/etc/passwd", text, 0644, 0, 0)))
        .isEqualTo("0444 0:0");
    assertThat(sealed(seal(true), new Change.WriteFile("/etc/shadow", text, 0400, 0, 0)))
        .isEqualTo("0400 0:0");
    assertThat(sealed(seal(true), new Change.WriteFile("/etc/www.conf", text, 0644, 0, 0)))
        .isEqualTo("0400 0:0");
    assertThat(sealed(seal(true), new Change.WriteFile("/srv/go", script, 0755, 0, 0)))
        .isEqualTo("0555 0:0");
  }

  @Test
  void theTreeIsMadeImmutableAndLosesCapabilitiesAndAccessLists() {
    Seal.Outcome outcome = seal(true).seal(PLAN, List.of());
    assertThat(outcome.manner()).isEqualTo(new Seal.Manner(true, false, false));
    assertThat(outcome.manner().word()).isEqualTo("immutable,no-capabilities,no-attributes");
    assertThat(new StandardSeal(true).seal(PLAN, List.of()).manner().word()).isEqualTo("plain");
  }

  @Test
  void devicesLinksAndMountPointsAreLeftAlone() {
    List<Change> changes =
        List.of(
            new Change.MakeDevice("/dev/null", false, 1, 3, 0666),
            new Change.MakeLink("/lib", "usr/lib"),
            new Change.MakeMountPoint("/tmp", true));
    assertThat(seal(true).seal(PLAN, changes).changes()).isEqualTo(changes);
  }

  @Test
  void whatTheServiceCouldWriteToIsTold() {
    assertThat(
            seal(true).seal(PLAN, List.of(file("/srv/f", "/nowhere", 0644, SERVICE, 8))).warnings())
        .extracting(Problem::text)
        .containsExactly(
            "1 file that the service may write to on the host cannot be written to in the jail:"
                + " /srv/f. If it has to write there, name the directory under files.writable.");
  }
}
