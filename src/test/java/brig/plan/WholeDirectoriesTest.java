package brig.plan;

import static org.assertj.core.api.Assertions.assertThat;

import brig.plan.WholeDirectories.Whole;
import brig.testing.HostTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeDirectoriesTest {
  private static final List<Reason> WHY = List.of(Reason.root("a test"));

  @TempDir Path root;
  private HostTree host;
  private final Map<String, Entry> entries = new TreeMap<>();

  @BeforeEach
  void aSiteOnTheHost() throws IOException {
    host =
        new HostTree(root, "x86_64")
            .file("/srv/www/index.html", "hello")
            .file("/srv/www/img/a.png", "a")
            .link("/srv/www/img/b.png", "a.png");
    entries.put("/", new Entry.Directory("/", 0755, 0, 0, WHY));
    take("/srv", "/srv/www", "/srv/www/img");
    take("/srv/www/index.html", "/srv/www/img/a.png", "/srv/www/img/b.png");
  }

  /** As the plan takes it from the host. */
  private void take(String... paths) throws IOException {
    for (String path : paths) {
      FileStat stat = host.lstat(path);
      assertThat(stat).as(path).isNotNull();
      entries.put(
          path,
          switch (stat.type()) {
            case DIRECTORY -> new Entry.Directory(path, stat.mode(), stat.uid(), stat.gid(), WHY);
            case LINK -> new Entry.Link(path, host.readLink(path), WHY);
            default -> new Entry.File(path, path, stat, WHY);
          });
    }
  }

  private Map<String, Whole> whole() throws IOException {
    return WholeDirectories.of(new ArrayList<>(entries.values()), host, host);
  }

  @Test
  void aDirectoryOfWhichEveryNameIsPlannedIsTakenWholeWithThoseInIt() throws IOException {
    assertThat(whole()).containsOnlyKeys("/srv", "/srv/www", "/srv/www/img");
    assertThat(whole().get("/srv/www").source()).isEqualTo("/srv/www");
    assertThat(whole().get("/srv/www").stat()).isEqualTo(host.lstat("/srv/www"));
  }

  @Test
  void aNameThatIsLeftOutTakesItsDirectoryAndThoseAboveApart() throws IOException {
    host.file("/srv/www/.htpasswd", "secret");
    assertThat(whole()).containsOnlyKeys("/srv/www/img");
  }

  @Test
  void aNameThatTheHostLacksTakesItsDirectoryApart() throws IOException {
    FileStat stat = host.lstat("/srv/www/index.html");
    assertThat(stat).isNotNull();
    entries.put(
        "/srv/www/img/c.png",
        new Entry.File("/srv/www/img/c.png", "/srv/www/img/c.png", stat, WHY));
    assertThat(whole()).isEmpty();
  }

  @Test
  void whatIsMadeForTheJailOrMappedFromElsewhereTakesItsDirectoryApart() throws IOException {
    entries.put(
        "/srv/www/index.html",
        new Entry.Generated("/srv/www/index.html", new byte[] {'x'}, 0644, 0, 0, WHY));
    assertThat(whole()).containsOnlyKeys("/srv/www/img");
    host.file("/opt/other.html", "other");
    FileStat other = host.lstat("/opt/other.html");
    assertThat(other).isNotNull();
    entries.put(
        "/srv/www/index.html",
        new Entry.File("/srv/www/index.html", "/opt/other.html", other, WHY));
    assertThat(whole()).containsOnlyKeys("/srv/www/img");
  }

  @Test
  void aWritablePlaceTakesTheDirectoryAboveApart() throws IOException {
    Files.createDirectories(root.resolve("srv/www/up"));
    entries.put("/srv/www/up", new Entry.Writable("/srv/www/up", 0750, 33, 33, false, WHY));
    assertThat(whole()).containsOnlyKeys("/srv/www/img");
  }

  @Test
  void aLinkThatLeadsElsewhereOnTheHostTakesItsDirectoryApart() throws IOException {
    entries.put("/srv/www/img/b.png", new Entry.Link("/srv/www/img/b.png", "../x", WHY));
    assertThat(whole()).isEmpty();
  }

  @Test
  void aDirectoryThatIsToHaveAnotherModeIsPutTogether() throws IOException {
    Files.setPosixFilePermissions(
        root.resolve("srv/www/img"), PosixFilePermissions.fromString("rwx------"));
    assertThat(whole()).isEmpty();
  }

  @Test
  void aDirectoryThatIsMappedWholeComesFromItsPlaceOutside() throws IOException {
    Map<String, Entry> mapped = new TreeMap<>();
    entries.forEach(
        (path, entry) -> {
          String inside = path.replace("/srv/www", "/var/www");
          switch (entry) {
            case Entry.Directory d ->
                mapped.put(inside, new Entry.Directory(inside, d.mode(), d.uid(), d.gid(), WHY));
            case Entry.Link l -> mapped.put(inside, new Entry.Link(inside, l.target(), WHY));
            case Entry.File f ->
                mapped.put(inside, new Entry.File(inside, f.source(), f.stat(), WHY));
            default -> throw new AssertionError(entry);
          }
        });
    mapped.remove("/srv");
    mapped.put("/var", new Entry.Directory("/var", 0711, 0, 0, WHY));
    Map<String, Whole> whole = WholeDirectories.of(new ArrayList<>(mapped.values()), host, host);
    assertThat(whole).containsOnlyKeys("/var/www", "/var/www/img");
    assertThat(whole.get("/var/www").source()).isEqualTo("/srv/www");
  }

  @Test
  void onlyTheNamesOfWholeDirectoriesAreInputsOfThePlan() throws IOException {
    host.file("/srv/other", "x"); // so that /srv is not whole, and changes with every name in it
    RecordingHost noted = new RecordingHost(host);
    WholeDirectories.of(new ArrayList<>(entries.values()), host, noted);
    Inputs inputs = noted.inputs(0);
    assertThat(inputs.stat("/srv/www")).isNotNull();
    assertThat(inputs.stat("/srv")).isNull();
    host.file("/srv/www/new.html", "new");
    assertThat(inputs.drift(host).replan()).isEqualTo("/srv/www");
  }
}
