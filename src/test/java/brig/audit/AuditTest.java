package brig.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.audit.rules.Rules;
import brig.linux.Attributes;
import brig.linux.CurrentPlace;
import brig.linux.Fd;
import brig.linux.Names;
import brig.linux.Namespaces;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.testing.Gcc;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trees of a hostile service: nothing is followed out, nothing blocks, nothing fills the memory.
 */
@Timeout(60)
class AuditTest {
  private static final int NOBODY = 4321;

  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  private AuditReport audit() throws Exception {
    Service service = new Service("nobody", NOBODY, NOBODY, List.of(), false);
    List<Place> places = List.of(new Place("/tmp", null));
    return Audit.of(new Subject("root", root.toString(), service, places, null), Rules.all());
  }

  /** The findings that do not come from where the test's directory is or whose it is. */
  private static List<String> told(AuditReport report) {
    return report.findings().stream()
        .filter(f -> !f.rule().equals("parent"))
        .map(f -> f.rule() + " " + f.path())
        .toList();
  }

  private static void chmod(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  @Test
  void anEmptyDirectoryHasNothingWrong() throws Exception {
    AuditReport report = audit();
    assertThat(told(report)).isEmpty();
    assertThat(report.directories()).isEqualTo(1);
  }

  @Test
  void aTreeThousandsDeepIsWalkedToItsEnd() throws Exception {
    String name = "d".repeat(200);
    Fd at = Fd.open(root.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY);
    for (int i = 0; i < 2000; i++) {
      Names.mkdir(at, name, 0755);
      Names.create(at, "beside", 0644).close();
      Fd next = Fd.of(Names.openDirectory(at, name).number(), "deep");
      at.close();
      at = next;
    }
    Names.create(at, "open", 0666).close();
    Attributes.chmodAt(at, "open", 0666);
    at.close();
    AuditReport report = audit();
    assertThat(report.directories()).isEqualTo(2001);
    assertThat(report.files()).as("those on the way back too").isEqualTo(2001);
    assertThat(report.findings()).extracting(Finding::rule).contains("world-writable");
    Finding deep =
        report.findings().stream()
            .filter(f -> f.path().endsWith("/open"))
            .findFirst()
            .orElseThrow();
    assertThat(deep.path()).contains("[... 1801 more ...]").hasSizeLessThan(50_000);
    assertThat(report.notSeen()).noneMatch(gap -> gap.reason().contains("moved"));
    Gcc.run(List.of("rm", "-rf", root.toString()), Map.of()); // paths too long for others
  }

  @Test
  void neitherAFifoNorASparseTerabyteKeepsItWaiting() throws Exception {
    for (String name : List.of("passwd", "shadow", "fifo")) {
      Path etc = Files.createDirectories(root.resolve("etc"));
      Gcc.run(List.of("mkfifo", "-m", "644", etc.resolve(name).toString()), Map.of());
    }
    Path big = root.resolve("big.pem");
    try (RandomAccessFile file = new RandomAccessFile(big.toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    chmod(big, "rw-r--r--");
    assertThat(told(audit())).isEmpty();
  }

  @Test
  void namesWithControlCharactersAndOtherBytesArePassedOnAsTheyAre() throws Exception {
    try (Fd at = Fd.open(root.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : List.of("a\nb", "\u001b[31m", "\udcff", "-rf")) {
        Names.create(at, name, 0644).close();
        Attributes.chmodAt(at, name, 0666);
      }
    }
    assertThat(told(audit()))
        .containsExactlyInAnyOrder(
            "world-writable /a\nb",
            "world-writable /\u001b[31m",
            "world-writable /\udcff",
            "world-writable /-rf");
  }

  @Test
  void aDirectoryWithVeryManyNamesTellsTheFirstThousandAndCountsTheRest() throws Exception {
    for (int i = 0; i < 1500; i++) {
      chmod(Files.createFile(root.resolve("file" + i)), "rw-rw-rw-");
    }
    AuditReport report = audit();
    assertThat(told(report)).hasSize(Findings.MOST);
    assertThat(report.notKept()).containsEntry("world-writable", 500);
    assertThat(report.files()).isEqualTo(1500);
  }

  /** A directory of the jail and a link to the outside take each other's place all the time. */
  @Test
  void aDirectorySwappedForALinkDuringTheWalkLeadsNowhere() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside/below")).getParent();
    chmod(Files.writeString(outside.resolve("trap"), "x"), "rw-rw-rw-");
    chmod(Files.writeString(outside.resolve("below/trap"), "x"), "rw-rw-rw-");
    Files.createDirectories(root.resolve("place/below"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    AtomicBoolean stop = new AtomicBoolean();
    Thread swapper = new Thread(() -> swap(stop));
    swapper.start();
    try {
      for (int i = 0; i < 80; i++) {
        assertThat(told(audit())).noneMatch(line -> line.contains("trap"));
      }
    } finally {
      stop.set(true);
      swapper.join();
    }
  }

  private void swap(AtomicBoolean stop) {
    try {
      while (!stop.get()) {
        Files.move(root.resolve("place"), root.resolve("kept"));
        Files.move(root.resolve("link"), root.resolve("place"));
        Files.move(root.resolve("place"), root.resolve("link"));
        Files.move(root.resolve("kept"), root.resolve("place"));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void readingChangesNoTimes() throws Exception {
    Path file = Files.writeString(root.resolve("file"), "-----BEGIN nothing-----");
    FileTime old = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));
    for (Path path : List.of(file, root)) {
      Files.setAttribute(path, "lastAccessTime", old);
    }
    audit();
    assertThat(Files.getAttribute(file, "lastAccessTime")).isEqualTo(old);
    assertThat(Files.getAttribute(root, "lastAccessTime")).isEqualTo(old);
  }

  @Test
  void whereALinkLeadsDecidesWhetherItLeadsOut() throws Exception {
    Path etc = Files.createDirectories(root.resolve("etc/sub"));
    Files.createFile(root.resolve("etc/there"));
    Files.createSymbolicLink(etc.resolve("up"), Path.of("../there"));
    Files.createSymbolicLink(etc.resolve("root"), Path.of("../.."));
    Files.createSymbolicLink(etc.resolve("absolute"), Path.of("/etc/there"));
    Files.createSymbolicLink(etc.resolve("kernel"), Path.of("/proc/self/fd"));
    Files.createSymbolicLink(etc.resolve("dangling"), Path.of("nowhere"));
    assertThat(told(audit())).isEmpty();
    Files.createSymbolicLink(etc.resolve("over"), Path.of("../../../x"));
    Files.createSymbolicLink(etc.resolve("elsewhere"), Path.of("/etc/hostname"));
    Files.createSymbolicLink(
        Files.createDirectory(root.resolve("tmp")).resolve("planted"), Path.of("/etc/there"));
    AuditReport report = audit();
    assertThat(told(report))
        .containsExactlyInAnyOrder(
            "link-out /etc/sub/over", "link-out /etc/sub/elsewhere", "link-out /tmp/planted");
    assertThat(report.atLeast(Severity.MEDIUM))
        .filteredOn(f -> f.rule().equals("link-out"))
        .extracting(Finding::path)
        .containsExactlyInAnyOrder("/etc/sub/over", "/tmp/planted");
  }

  @Test
  void aSecretBehindAClosedDirectoryIsNone() throws Exception {
    String key = "-----BEGIN PRIVATE KEY-----\n" + "M".repeat(64) + "\n-----END PRIVATE KEY-----\n";
    Path closed = Files.createDirectory(root.resolve("closed"));
    chmod(Files.writeString(closed.resolve("key"), key), "rw-r--r--");
    chmod(closed, "rwx------");
    chmod(Files.writeString(root.resolve("mine"), key), "rw-------");
    assertThat(told(audit())).isEmpty();
    chmod(closed, "rwx--x--x");
    assertThat(told(audit())).containsExactly("secret /closed/key");
  }

  @Test
  void aSecretFarDownInATextIsFound() throws Exception {
    String key = "-----BEGIN PRIVATE KEY-----\n" + "M".repeat(64) + "\n-----END PRIVATE KEY-----\n";
    String line = "insert into pages values (1, 'nothing of interest');\n";
    Path dump = Files.writeString(root.resolve("dump.sql"), line.repeat(20_000) + key + line);
    chmod(dump, "rw-r--r--");
    for (int cut = 0; cut < 128; cut += 16) { // about where one piece ends and the next begins
      String filler = line.repeat(65536 * 2 / line.length()) + "x".repeat(cut) + "\n";
      chmod(Files.writeString(root.resolve("cut" + cut), filler + key), "rw-r--r--");
    }
    assertThat(told(audit())).hasSize(9).allMatch(f -> f.startsWith("secret /"));
    chmod(Files.writeString(dump, line.repeat(20_000)), "rw-r--r--");
    assertThat(told(audit())).hasSize(8);
  }

  @Test
  @Tag("root")
  void aThreadThatIsInTheJailByItselfIsSeen() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              Namespaces.unshare(Namespaces.CLONE_FS);
              CurrentPlace.rootAt(root.toString());
              inside.countDown();
              return end.await(60, TimeUnit.SECONDS);
            });
    Thread thread = new Thread(task);
    thread.start();
    try {
      assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
      AuditReport report = audit();
      assertThat(report.processes()).isEqualTo(1);
      assertThat(report.findings())
          .filteredOn(f -> f.rule().equals("root-process"))
          .singleElement()
          .satisfies(
              f ->
                  assertThat(f.message())
                      .matches(
                          "thread \\d+ of process "
                              + ProcessHandle.current().pid()
                              + " .* is root.*"));
    } finally {
      end.countDown();
      thread.join();
    }
    assertThat(audit().processes()).isZero();
  }

  @Test
  void thePlacesOfTheServiceAreItsOwnBusinessButNotWhatLeadsOut() throws Exception {
    Path tmp = Files.createDirectory(root.resolve("tmp"));
    chmod(tmp, "rwxrwxrwx");
    chmod(Files.createFile(tmp.resolve("file")), "rw-rw-rw-");
    assertThat(told(audit())).as("without the sticky bit").containsExactly("world-writable /tmp");
    Files.setAttribute(tmp, "unix:mode", 01777);
    assertThat(told(audit())).isEmpty();
  }

  @Test
  void whatIsNoJailIsRefusedWithAWord() {
    assertThatThrownBy(() -> auditOf("/"))
        .isInstanceOfSatisfying(
            BrigException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(e.problems().getFirst().text())
                  .startsWith("cannot audit /: it is the root of this very process");
            });
    assertThatThrownBy(() -> auditOf("/etc/passwd")).hasMessageContaining("ENOTDIR");
    assertThatThrownBy(() -> auditOf("/no/such/place")).hasMessageContaining("ENOENT");
  }

  private static AuditReport auditOf(String path) throws Exception {
    return Audit.of(new Subject(path, path, Service.anybody(), List.of(), null), Rules.all());
  }

  @Test
  void nothingInTheJailIsTouched() throws Exception {
    Path file = Files.writeString(root.resolve("file"), "content");
    FileTime before = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    audit();
    assertThat(Files.getAttribute(file, "unix:ctime")).isEqualTo(before);
    assertThat(Files.readString(file)).isEqualTo("content");
  }
}
