package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.elf.ByteSource;
import brig.plan.FileStat;
import brig.plan.Host;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  /** A tree in memory: path to text; a text that begins with "->" is a link. */
  private record Tree(Map<String, String> files) implements Host {
    @Override
    public @Nullable FileStat lstat(String path) {
      String text = files.get(path);
      boolean above =
          new TreeMap<>(files)
              .tailMap(path + "/").keySet().stream().anyMatch(p -> p.startsWith(path + "/"));
      FileStat.Type type =
          text == null
              ? FileStat.Type.DIRECTORY
              : text.startsWith("->") ? FileStat.Type.LINK : FileStat.Type.FILE;
      return text == null && !above
          ? null
          : new FileStat(
              type,
              path.contains("/bin/") ? 0755 : 0644,
              0,
              0,
              text == null ? 0 : text.length(),
              1,
              path.hashCode(),
              1,
              0,
              0,
              0);
    }

    @Override
    public String readLink(String path) {
      return files.getOrDefault(path, "").substring(2);
    }

    @Override
    public List<String> list(String path) {
      return List.of();
    }

    @Override
    public ByteSource open(String path) throws IOException {
      return ByteSource.of(files.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String machine() {
      return "x86_64";
    }
  }

  private final Map<String, String> host =
      new HashMap<>(
          Map.of(
              "/etc/passwd", "root:x:0:0::/:/bin/sh\nwww-data:x:33:33::/:/bin/false\n",
              "/etc/group", "root:x:0:\n",
              "/etc/foo", "x",
              "/usr/bin/app", "#!/usr/bin/perl -w\n",
              "/usr/bin/perl", "x",
              "/usr/lib/x86_64-linux-gnu/libx.so.1", "x",
              "/var/log/app/error.log", "x"));
  private final Map<String, String> jail =
      new HashMap<>(
          Map.of(
              "/etc/passwd", "nobody:x:65534:65534::/:/bin/false\n",
              "/usr/bin/app", "#!/usr/bin/perl -w\n"));

  private Diagnosis diagnosis() {
    return new Diagnosis(new Tree(host), new Tree(jail), "www.toml");
  }

  private List<String> words(String... lines) throws IOException {
    return diagnosis().words(List.of(lines)).stream().map(Problem::text).toList();
  }

  @Test
  void aProgramThatIsNotInTheJail() throws IOException {
    jail.remove("/usr/bin/app");
    assertThat(diagnosis().program("/usr/bin/app"))
        .extracting(Problem::text)
        .isEqualTo(
            "the program /usr/bin/app is not in the jail. Add to www.toml: [files] programs ="
                + " [\"/usr/bin/app\"].");
    assertThat(diagnosis().program("/usr/bin/none"))
        .extracting(Problem::text)
        .isEqualTo(
            "the program /usr/bin/none is neither in the jail nor on the host. Install it, or"
                + " correct the command in www.toml.");
  }

  @Test
  void case11_theInterpreterOfAScriptIsNotInTheJail() throws IOException {
    assertThat(diagnosis().program("/usr/bin/app"))
        .extracting(Problem::text)
        .isEqualTo(
            "the interpreter /usr/bin/perl, which the first line of /usr/bin/app names, is not in"
                + " the jail: ENOENT (No such file or directory). Add to www.toml: [files] programs"
                + " = [\"/usr/bin/perl\"].");
    jail.put("/usr/bin/perl", "->perl5");
    assertThat(diagnosis().program("/usr/bin/app")).as("a link that dangles").isNotNull();
    jail.put("/usr/bin/perl5", "x");
    assertThat(diagnosis().program("/usr/bin/app")).isNull();
  }

  @Test
  void whatIsOnTheHostButNotInTheJailIsToldWithTheLineToAdd() throws IOException {
    assertThat(words("app: /etc/foo: No such file or directory"))
        .containsExactly(
            "/etc/foo is on the host, but not in the jail. Add to www.toml: [files] include ="
                + " [\"/etc/foo\"].");
    assertThat(words("app: /etc/none: No such file or directory")).isEmpty();
    assertThat(words("AH00543: apache2: bad user name www-data"))
        .containsExactly(
            "the jail does not know the user www-data. Add to www.toml: [accounts] users ="
                + " [\"www-data\"].");
    assertThat(words("app: error while loading shared libraries: libx.so.1: cannot open"))
        .containsExactly(
            "the library libx.so.1 is not in the jail. Add to www.toml: [files] include ="
                + " [\"/usr/lib/x86_64-linux-gnu/libx.so.1\"].");
  }

  @Test
  void aLogFileWantsAWritablePlaceNotTheHostsLog() throws IOException {
    assertThat(words("open() \"/var/log/app/error.log\" failed (2: No such file or directory)"))
        .containsExactly(
            "the service cannot write to /var/log/app. If it should, add to www.toml: [files]"
                + " writable = [\"/var/log/app\"]. What may be lost at each start belongs to"
                + " temporary.");
  }

  @Test
  void aProgramThatIsNotThereIsAddedAsOne() throws IOException {
    assertThat(words("Fatal: execv(/usr/bin/perl) failed: No such file or directory"))
        .containsExactly(
            "/usr/bin/perl is on the host, but not in the jail. Add to www.toml: [files] programs"
                + " = [\"/usr/bin/perl\"].");
  }

  @Test
  void whatLiesWhereServicesWriteMayBeReadOrWritten() throws IOException {
    host.put("/var/lib/app/db", "x");
    String text =
        "/var/lib/app is on the host, but not in the jail. If the service only reads it, add to"
            + " www.toml: [files] include = [\"/var/lib/app\"]. If it writes there: writable ="
            + " [\"/var/lib/app\"].";
    assertThat(words("app: cannot find /var/lib/app")).containsExactly(text);
    assertThat(words(">>> 'dir \"/var/lib/app\"'", "No such file or directory"))
        .as("named on the line before")
        .containsExactly(text);
  }

  @Test
  void theFileThatWasRefusedIsTheOneBeforeTheWords() throws IOException {
    assertThat(words("error in /etc/app.conf line 12: open /etc/key.pem: Permission denied"))
        .containsExactly(
            "the service was refused something at /etc/key.pem. See who owns it in the jail, and"
                + " as whom the service runs: brig plan shows both.");
  }

  @Test
  void aServiceThatChrootsByItselfIsTold() throws IOException {
    for (String line : List.of("Cannot chroot(/var/lib/app).", "chroot: Operation not permitted")) {
      assertThat(words(line))
          .containsExactly(
              "the service wants to chroot by itself, which no process of a jail may. The jail is"
                  + " its chroot: take that out of its own configuration.");
    }
  }

  @Test
  void whatTheCommandNamesAndTheJailLacksIsTold() throws IOException {
    List<String> command = List.of("/usr/bin/app", "-x", "--file=/etc/foo", "/etc/none", "/");
    assertThat(diagnosis().arguments(command))
        .extracting(Problem::text)
        .containsExactly(
            "/etc/foo is on the host, but not in the jail. Add to www.toml: [files] include ="
                + " [\"/etc/foo\"].");
    jail.put("/etc/foo", "x");
    assertThat(diagnosis().arguments(command)).isEmpty();
  }
}
