package brig.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.report.Position;
import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedAccount;
import brig.spec.LockFile.LearnedPath;
import brig.spec.LockFile.LearnedPlace;
import brig.spec.LockFile.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lock file: what is written is read again, and nothing else comes in by it. */
class LockFileTest {
  private static final Evidence EVIDENCE = new Evidence("/usr/sbin/www", "openat", 1);

  private static <T> Located<T> at(T value) {
    return new Located<>(value, new Position("x", 1, 1));
  }

  private static LockFile all() {
    return new LockFile(
        "www.lock.toml",
        List.of(
            new Run(2, false, "http://127.0.0.1:8080/", List.of("ab", "-n", "10")),
            new Run(1, true, null, List.of())),
        List.of(
            at(new LearnedPath("/srv/\"odd\"\\name\twith\u0001", EVIDENCE, false)),
            at(new LearnedPath("/etc/www/key.pem", EVIDENCE, true)),
            at(new LearnedPath("/etc", EVIDENCE, false))),
        List.of(
            at(new LearnedPlace("/run/www", true, null, 0755, EVIDENCE)),
            at(new LearnedPlace("/var/log/www", false, "root", 0750, EVIDENCE))),
        List.of(
            at(new LearnedAccount(true, "adm", EVIDENCE)),
            at(new LearnedAccount(false, "ann", EVIDENCE))),
        new LockFile.Seen(
            List.of(at("read"), at("accept4")),
            List.of(at(8080), at(80)),
            List.of(at(5432)),
            List.of(at("/run/db.sock"))),
        List.of(at("/usr/share/b"), at("/usr/share/a")),
        List.of(at(new LearnedPath("/usr/lib/libgcc_s.so.1", EVIDENCE, false))));
  }

  private static JailSpec read(byte[] lock) throws BrigException {
    byte[] both = LockedJailfile.join(JailfileReaderTest.GOOD.getBytes(UTF_8), lock);
    return JailfileReader.read("www", "/etc/brig/www.toml", both);
  }

  private static List<String> mistakes(String lock) {
    byte[] both =
        LockedJailfile.join(JailfileReaderTest.GOOD.getBytes(UTF_8), lock.getBytes(UTF_8));
    return JailfileReaderTest.mistakes(both);
  }

  @Test
  void whatIsWrittenIsReadAgainAndSorted() throws BrigException {
    byte[] bytes = LockFileWriter.bytes(all());
    LockFile again = read(bytes).learned();
    assertThat(again.file()).isEqualTo("/etc/brig/www.lock.toml");
    assertThat(again.runs()).extracting(Run::number).containsExactly(1, 2);
    assertThat(again.runs()).containsExactlyInAnyOrderElementsOf(all().runs());
    assertThat(again.paths())
        .extracting(l -> l.value().path())
        .containsExactly("/etc", "/etc/www/key.pem", "/srv/\"odd\"\\name\twith\u0001");
    assertThat(again.paths())
        .extracting(l -> l.value().allowed())
        .containsExactly(false, true, false);
    assertThat(again.places())
        .extracting(Located::value)
        .containsExactlyInAnyOrderElementsOf(values(all().places()));
    assertThat(again.accounts())
        .extracting(Located::value)
        .containsExactlyInAnyOrderElementsOf(values(all().accounts()));
    assertThat(values(again.seen().calls())).containsExactly("accept4", "read");
    assertThat(values(again.seen().listen())).containsExactly(80, 8080);
    assertThat(values(again.seen().connect())).containsExactly(5432);
    assertThat(values(again.seen().sockets())).containsExactly("/run/db.sock");
    assertThat(values(again.preloads())).isEqualTo(values(all().preloads()));
    assertThat(values(again.unused())).containsExactly("/usr/share/a", "/usr/share/b");
    assertThat(again.seen().calls().getFirst().at()).hasToString("/etc/brig/www.lock.toml:12:3");
    assertThat(LockFileWriter.bytes(again)).isEqualTo(bytes);
  }

  @Test
  void whatWasSeenIsCheckedToo() {
    assertThat(
            mistakes(
                """
                unused = ["relative"]
                [seccomp]
                calls = ["read", "READ", "read"]
                [network]
                listen = [70000]
                portss = [1]
                """))
        .containsExactly(
            "the path \"relative\" is not absolute. Write it from the root: \"/...\"."
                + " (www.lock.toml:1:11)",
            "\"READ\" is no name of a system call. Write it as syscalls(2) does:"
                + " \"io_uring_setup\". (www.lock.toml:3:18)",
            "\"read\" is twice in 'calls' in [seccomp]. It is there at line 3 already; leave one"
                + " out. (www.lock.toml:3:26)",
            "70000 is no port. Ports go from 1 to 65535. (www.lock.toml:5:11)",
            "unknown key 'portss' in [network]. (www.lock.toml:6:1)");
  }

  private static <T> List<T> values(List<Located<T>> all) {
    return all.stream().map(Located::value).toList();
  }

  @Test
  void aJailWithoutOneHasLearnedNothing() throws BrigException {
    JailSpec spec = JailfileReaderTest.read(JailfileReaderTest.GOOD);
    assertThat(spec.learned().isEmpty()).isTrue();
    assertThat(spec.learned().file()).isEqualTo("www.lock.toml");
  }

  @Test
  void theTwoFilesAreKeptAsOneAndPartedAgain() {
    byte[] jailfile = "a = 1".getBytes(UTF_8);
    byte[] lock = "b = 2\n".getBytes(UTF_8);
    byte[] both = LockedJailfile.join(jailfile, lock);
    assertThat(LockedJailfile.jailfile(both)).isEqualTo(jailfile);
    assertThat(LockedJailfile.lock(both)).isEqualTo(lock);
    assertThat(LockedJailfile.join(jailfile, null)).isEqualTo(jailfile);
    assertThat(LockedJailfile.lock(jailfile)).isNull();
  }

  @Test
  void whatMustNotComeInCannotComeInByHand() {
    assertThat(mistakes("[[path]]\npath = \"/etc/shadow\"\n"))
        .containsExactly(
            "\"/etc/shadow\" must not come into a jail. It holds password hashes; Brig makes the"
                + " jail its own, with locked passwords. (www.lock.toml:2:8)");
    assertThat(mistakes("[[path]]\npath = \"/run/docker.sock\"\nallowed = true\n"))
        .singleElement()
        .asString()
        .startsWith("\"/run/docker.sock\" must not come into a jail.");
    assertThat(mistakes("[[writable]]\npath = \"/usr/lib/x\"\n"))
        .containsExactly(
            "\"/usr/lib/x\" cannot be writable: programs, libraries and devices must not change."
                + " Name the directory below it that the service writes to, or let it write"
                + " elsewhere. (www.lock.toml:2:8)");
  }

  @Test
  void everyMistakeIsToldWithItsLine() {
    assertThat(
            mistakes(
                """
                version = 2
                [[path]]
                pathh = "/a"
                [[run]]
                where = "moon"
                [[user]]
                """))
        .containsExactly(
            "this lock file is of another version than 1. A newer Brig wrote it; use that one, or"
                + " learn anew. (www.lock.toml:1:1)",
            "'path' is missing. Every one needs it. (www.lock.toml:2:3)",
            "unknown key 'pathh' in [[path]]. Did you mean 'path'? (www.lock.toml:3:1)",
            "'where' in [[run]] cannot be \"moon\", but \"jail\" or \"host\"."
                + " (www.lock.toml:5:9)",
            "'name' is missing. Every one needs it. (www.lock.toml:6:3)");
  }

  @Test
  void everyTableAndKeyIsExplained() throws IOException {
    String text = Files.readString(Path.of("docs/jailfile.md"));
    String section = text.substring(text.indexOf("## The lock file"));
    List<String> missing = new ArrayList<>();
    Grammar.ofLock()
        .forEach(
            (table, keys) -> {
              for (String key : keys) {
                String shown = table.equals(Grammar.LOCK) ? key : key + "`";
                if (!section.contains("`" + shown)
                    && !section.contains("`[[" + shown)
                    && !section.contains("`[" + shown)) {
                  missing.add(table + " " + key);
                }
              }
            });
    assertThat(missing).isEmpty();
  }
}
