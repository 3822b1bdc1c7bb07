package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.host.LiveHost;
import brig.linux.Attributes;
import brig.linux.Fd;
import brig.linux.Stat;
import brig.plan.Entry;
import brig.plan.FileStat;
import brig.plan.Host;
import brig.plan.HostDrift;
import brig.plan.Inputs;
import brig.plan.RecordingHost;
import brig.plan.packages.Origin;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changed on the host reaches the jail, and nothing else is touched. */
@Tag("root")
class SyncTest {
  @TempDir Path home;
  @TempDir Path source;
  private Fixture jail;
  private int plans;

  @BeforeEach
  void aSite() throws Exception {
    jail = new Fixture(home);
    jail.again = false;
    Files.createDirectories(source.resolve("d/e"));
    put("d/one", "first");
    put("d/e/two", "second");
    put("page", "page");
    Files.createSymbolicLink(source.resolve("d/link"), Path.of("one"));
  }

  private void put(String name, String content) throws IOException {
    Files.writeString(source.resolve(name), content);
  }

  /** Plans the tree of the source, noting all that is looked at. */
  private Planning planning() {
    return new Planning() {
      @Override
      public Planned plan() throws IOException {
        plans++;
        RecordingHost host = new RecordingHost(host());
        jail.entries.keySet().removeIf(path -> path.startsWith("/srv"));
        jail.addTree(source.toString(), "/srv");
        note(host, source);
        return new Planned(jail.plan(), host.inputs(1), Map.of("launch", new byte[] {1}));
      }

      @Override
      public HostDrift drift(byte[] inputs) throws IOException {
        Inputs before = Inputs.decode(inputs, 1);
        return before == null ? HostDrift.unknown() : before.drift(host());
      }

      @Override
      public List<String> besides() {
        return List.of("launch");
      }

      @Override
      public Map<String, Origin> origins(List<String> paths) {
        return Map.of(source + "/page", new Origin("site", "1.0"));
      }

      @Override
      public long originsPrint() {
        return 5;
      }
    };
  }

  private static Host host() {
    return new LiveHost();
  }

  private static void note(Host host, Path directory) throws IOException {
    for (String name : host.list(directory.toString())) {
      Path child = directory.resolve(name);
      FileStat stat = Objects.requireNonNull(host.lstat(child.toString()));
      if (stat.type() == FileStat.Type.DIRECTORY) {
        note(host, child);
      } else if (stat.type() == FileStat.Type.LINK) {
        host.readLink(child.toString());
      }
    }
  }

  private BuildResult sync() throws BrigException {
    return Builder.build(jail.order(planning()), Progress.NONE);
  }

  private Stat in(int generation, String path) throws Exception {
    return Objects.requireNonNull(
        Stat.ofLink(Generations.of(jail.paths, "www").root(generation) + path), path);
  }

  private void asIfBuiltAnew() throws Exception {
    List<String> synced = Fixture.listing(jail.paths.current("www") + "/root/");
    jail.again = true;
    sync();
    jail.again = false;
    assertThat(synced).isEqualTo(Fixture.listing(jail.paths.current("www") + "/root/"));
    Manifest manifest =
        Manifest.read(jail.paths, "www", Generations.of(jail.paths, "www").current().orElseThrow());
    for (ManifestEntry entry : manifest.entries()) {
      if (entry.isFile()) {
        assertThat(brig.linux.Sha256.of(Fixture.read(jail.in(entry.path()))))
            .as(entry.path())
            .isEqualTo(entry.sha256());
      }
    }
  }

  @Test
  void anotherContentIsTakenWithoutAPlanAndAllElseIsShared() throws Exception {
    sync();
    put("d/one", "another content");
    BuildResult result = sync();
    assertThat(result.text())
        .startsWith("www: generation 2: 1 change to generation 1, 3 files, in");
    assertThat(result.paths()).containsExactly("/srv/d/one");
    assertThat(plans).isEqualTo(1);
    assertThat(Files.readString(Path.of(jail.in("/srv/d/one")))).isEqualTo("another content");
    assertThat(in(2, "/srv/d/one").inode()).isNotEqualTo(in(1, "/srv/d/one").inode());
    assertThat(in(2, "/srv/page").inode()).isEqualTo(in(1, "/srv/page").inode());
    assertThat(in(2, "/srv/d/link").inode()).isEqualTo(in(1, "/srv/d/link").inode());
    assertThat(Stat.of(source + "/page").inode()).isNotEqualTo(in(2, "/srv/page").inode());
    ManifestEntry entry =
        Objects.requireNonNull(Manifest.read(jail.paths, "www", 2).entry("/srv/page"));
    assertThat(entry.origin()).isEqualTo(new Origin("site", "1.0"));
    asIfBuiltAnew();
  }

  @Test
  void aNewNameTakesAPlanAndAllElseIsShared() throws Exception {
    sync();
    put("d/new", "new");
    Files.delete(source.resolve("d/e/two"));
    BuildResult result = sync();
    assertThat(plans).isEqualTo(2);
    assertThat(result.paths()).containsExactly("/srv/d/e/two", "/srv/d/new");
    assertThat(in(2, "/srv/page").inode()).isEqualTo(in(1, "/srv/page").inode());
    assertThat(Path.of(jail.in("/srv/d/e/two"))).doesNotExist();
    asIfBuiltAnew();
  }

  @Test
  void fromTheFourthGenerationOnTheOldestBecomesTheNext() throws Exception {
    sync();
    for (int i = 2; i <= 8; i++) {
      put(i % 2 == 0 ? "d/one" : "page", "content " + i);
      if (i == 6) {
        put("d/six", "6");
        Files.delete(source.resolve("d/link"));
      }
      assertThat(sync().generation()).isEqualTo(i);
      if (i == 6) {
        assertThat(plans).isEqualTo(2);
      }
      Fixture.run("diff", "-r", "--no-dereference", source.toString(), jail.in("/srv"));
    }
    assertThat(Generations.of(jail.paths, "www").numbers()).containsExactly(6, 7, 8);
    assertThat(Path.of(jail.paths.jail("www"), "generations/spare")).isDirectory();
    assertThat(in(8, "/srv/d/e/two").links()).isEqualTo(4);
    asIfBuiltAnew();
  }

  @Test
  void touchedButIdenticalChangesNothing() throws Exception {
    sync();
    Fixture.run("touch", source + "/page");
    Fixture.run("cp", "-p", source + "/d/one", source + "/d/next");
    Fixture.run("mv", source + "/d/next", source + "/d/one");
    List<String> before = Fixture.listing(jail.paths.generation("www", 1) + "/root");
    assertThat(sync().changed()).isFalse();
    assertThat(sync().changed()).isFalse();
    assertThat(plans).isEqualTo(1);
    assertThat(Fixture.listing(jail.paths.generation("www", 1) + "/root")).isEqualTo(before);
    assertThat(Generations.of(jail.paths, "www").numbers()).containsExactly(1);
  }

  @Test
  void anAttributeOfTheHostsFileIsAChange() throws Exception {
    sync();
    try (Fd file = Fd.open(source + "/page", Fd.O_RDWR)) {
      Attributes.set(file, "user.origin", new byte[] {1});
    }
    assertThat(sync().generation()).isEqualTo(2);
    try (Fd file = Fd.open(jail.in("/srv/page"), Fd.O_RDONLY)) {
      assertThat(Attributes.value(file, "user.origin")).containsExactly(1);
    }
  }

  @Test
  void anotherModeTakesAPlanAndAnInodeOfItsOwn() throws Exception {
    sync();
    Fixture.run("chmod", "0600", source + "/page");
    assertThat(sync().paths()).containsExactly("/srv/page");
    assertThat(in(2, "/srv/page").mode() & 07777).isEqualTo(0600);
    assertThat(in(1, "/srv/page").mode() & 07777).isEqualTo(0644);
    asIfBuiltAnew();
  }

  @Test
  void case22_thePointUpdateOfALibraryComesInOneStepWithItsLink() throws Exception {
    put("libup.so.1.0.1", "old");
    Files.createSymbolicLink(source.resolve("libup.so.1"), Path.of("libup.so.1.0.1"));
    sync();
    put("libup.so.1.0.2", "new");
    Fixture.run("ln", "-sfn", "libup.so.1.0.2", source + "/libup.so.1");
    Files.delete(source.resolve("libup.so.1.0.1"));
    assertThat(sync().paths())
        .containsExactly("/srv/libup.so.1", "/srv/libup.so.1.0.1", "/srv/libup.so.1.0.2");
    assertThat(Fd.readLink(jail.in("/srv/libup.so.1"))).isEqualTo("libup.so.1.0.2");
    assertThat(Path.of(jail.in("/srv/libup.so.1.0.1"))).doesNotExist();
    assertThat(Files.readString(Path.of(jail.in("/srv/libup.so.1.0.2")))).isEqualTo("new");
    assertThat(Generations.of(jail.paths, "www").root(1) + "/srv/libup.so.1.0.1")
        .satisfies(path -> assertThat(Path.of(path)).hasContent("old"));
    asIfBuiltAnew();
  }

  @Test
  void case23_whatTheSitePutIntoTheJailSurvivesEverySync() throws Exception {
    jail.add(new Entry.Writable("/var/lib", 0755, 33, 33, false, Fixture.WHY));
    sync();
    Files.writeString(Path.of(jail.paths.writable("www"), "var/lib/data"), "the service's");
    Files.writeString(Path.of(jail.in("/srv/d/site.html")), "the site's");
    Files.createDirectories(Path.of(jail.in("/srv/d/site/deep")));
    Files.writeString(Path.of(jail.in("/srv/d/site/deep/x")), "deep");
    Files.delete(Path.of(jail.in("/srv/d/e/two")));
    Files.writeString(Path.of(jail.in("/srv/d/e/two")), "edited by the site");
    for (int i = 2; i <= 6; i++) {
      put("page", "content " + i);
      if (i == 4) {
        put("d/e/two", "two of the host");
        put("d/site.html", "now the plan wants one");
      }
      BuildResult result = sync();
      assertThat(result.generation()).isEqualTo(i);
      assertThat(result.warnings().stream().map(Problem::text))
          .anyMatch(text -> text.startsWith("/srv/d/site.html was put into the jail, or changed"))
          .anyMatch(text -> text.startsWith("/srv/d/site was put into the jail"))
          .anyMatch(text -> text.startsWith("/srv/d/e/two was put into the jail"));
      assertThat(Path.of(jail.in("/srv/d/site.html"))).hasContent("the site's");
      assertThat(Path.of(jail.in("/srv/d/site/deep/x"))).hasContent("deep");
      assertThat(Path.of(jail.in("/srv/d/e/two"))).hasContent("edited by the site");
      assertThat(Path.of(jail.in("/srv/page"))).hasContent("content " + i);
      assertThat(Path.of(jail.paths.writable("www"), "var/lib/data")).hasContent("the service's");
    }
  }

  @Test
  void aFileThatTheSiteWroteToInItsPlaceIsNotOverwritten() throws Exception {
    sync();
    Files.writeString(Path.of(jail.in("/srv/page")), "edited in place");
    put("page", "newer on the host");
    put("d/one", "newer too");
    BuildResult result = sync();
    assertThat(result.warnings()).hasSize(1);
    assertThat(Path.of(jail.in("/srv/page"))).hasContent("edited in place");
    assertThat(Path.of(jail.in("/srv/d/one"))).hasContent("newer too");
  }

  @Test
  void aWritablePlaceThatWasDeletedIsMadeAgainByASyncWithNoChange() throws Exception {
    jail.add(new Entry.Writable("/var/lib/www", 0750, 33, 44, false, Fixture.WHY));
    sync();
    Fixture.run("rm", "-r", jail.paths.writable("www") + "/var");
    assertThat(sync().changed()).isFalse();
    Stat place = Objects.requireNonNull(Stat.of(jail.paths.writable("www") + "/var/lib/www"));
    assertThat(place.mode() & 07777).isEqualTo(0750);
    assertThat(place.gid()).isEqualTo(44);
  }

  @Test
  void aDamagedManifestIsMendedByTheNextChange() throws Exception {
    sync();
    Path manifest = Path.of(jail.paths.generation("www", 1), "manifest.json");
    Files.write(manifest, java.util.Arrays.copyOf(Files.readAllBytes(manifest), 700));
    put("page", "another");
    assertThat(sync().generation()).isEqualTo(2);
    assertThat(Manifest.read(jail.paths, "www", 2).entries()).hasSizeGreaterThan(5);
    asIfBuiltAnew();
  }

  @Test
  void aFileThatIsGoneFromTheCurrentTreeIsMadeAnewByTheNextSync() throws Exception {
    sync();
    Files.delete(Path.of(jail.in("/srv/d/one")));
    put("page", "another");
    sync();
    assertThat(Path.of(jail.in("/srv/d/one"))).hasContent("first");
    asIfBuiltAnew();
  }

  @Test
  void case26_oneByteIsSeenThoughSizeAndTimeStayTheSame() throws Exception {
    sync();
    Fixture.run("cp", "-p", source + "/page", home + "/before");
    put("page", "pagE");
    Fixture.run("touch", "-r", home + "/before", source + "/page");
    assertThat(sync().paths()).containsExactly("/srv/page");
    assertThat(Path.of(jail.in("/srv/page"))).hasContent("pagE");
  }

  @Test
  void hardLinksFifosAndDevicesGoOnAsTheyAre() throws Exception {
    Files.createLink(source.resolve("d/hard"), source.resolve("d/one"));
    Fixture.run("mkfifo", source + "/pipe");
    jail.add(new Entry.Device("/dev/null", false, 1, 3, 0666, Fixture.WHY));
    sync();
    for (int i = 2; i <= 6; i++) {
      put("page", "content " + i);
      assertThat(sync().paths()).containsExactly("/srv/page");
    }
    assertThat(plans).isEqualTo(1);
    assertThat(in(6, "/srv/d/hard").inode()).isEqualTo(in(6, "/srv/d/one").inode());
    put("d/one", "changed under both names");
    sync();
    assertThat(plans).isEqualTo(2);
    assertThat(Path.of(jail.in("/srv/d/hard"))).hasContent("changed under both names");
    asIfBuiltAnew();
  }
}
