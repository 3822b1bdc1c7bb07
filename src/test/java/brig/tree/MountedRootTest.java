package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.MountTable;
import brig.linux.Stat;
import brig.tree.MountPlan.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class MountedRootTest {
  @TempDir Path directory;
  private Path place;
  private Path host;

  @BeforeEach
  void aHost() throws IOException {
    directory = directory.toRealPath();
    place = Files.createDirectory(directory.resolve("root"));
    host = Files.createDirectories(directory.resolve("host/site"));
    Files.writeString(host.resolve("page"), "the page");
    Files.writeString(directory.resolve("host/single"), "the file");
    Files.writeString(directory.resolve("secret"), "nobody's business");
  }

  private Mount mount(String inside, Path source) throws IOException {
    Stat stat = Stat.ofLink(source.toString());
    assertThat(stat).isNotNull();
    return new Mount(inside, source.toString(), stat.device(), stat.inode(), stat.isDirectory());
  }

  private MountPlan plan(Mount... mounts) {
    return new MountPlan(
        List.of(
            new Change.MakeDirectory("/", 0755, 0, 0),
            new Change.MakeDirectory("/etc", 0750, 0, 33),
            new Change.WriteFile(
                "/etc/passwd", "root".getBytes(StandardCharsets.UTF_8), 0644, 0, 0),
            new Change.MakeLink("/link", "etc/passwd"),
            new Change.MakeDevice("/null", false, 1, 3, 0666)),
        List.of(mounts));
  }

  private MountedView view(MountPlan plan) throws LinuxException {
    return MountedView.of(plan, place.toString());
  }

  @Test
  void theRootHoldsWhatIsMadeAndShowsWhatIsMounted() throws IOException {
    MountPlan plan = plan(mount("/site", host), mount("/one", directory.resolve("host/single")));
    try (MountedView view = view(plan)) {
      String root = view.path();
      assertThat(HostFiles.read(root + "/etc/passwd")).asString().isEqualTo("root");
      assertThat(Fd.readLink(root + "/link")).isEqualTo("etc/passwd");
      assertThat(HostFiles.read(root + "/site/page")).asString().isEqualTo("the page");
      assertThat(HostFiles.read(root + "/one")).asString().isEqualTo("the file");
      Stat etc = Stat.of(root + "/etc");
      assertThat(etc).isNotNull();
      assertThat(etc.mode() & 07777).isEqualTo(0750);
      assertThat(etc.gid()).isEqualTo(33);
    }
  }

  @Test
  void nothingInItCanBeWrittenToAndNoDeviceOpened() throws IOException {
    MountPlan plan = plan(mount("/site", host), mount("/one", directory.resolve("host/single")));
    try (MountedView view = view(plan)) {
      for (String path : List.of("/new", "/etc/new", "/site/new")) {
        assertThatThrownBy(
                () -> Fd.open(view.path() + path, Fd.O_WRONLY | Fd.O_CREAT, 0600).close())
            .as(path)
            .hasMessageContaining("EROFS");
      }
      for (String path : List.of("/etc/passwd", "/one", "/site/page")) {
        assertThatThrownBy(() -> Fd.open(view.path() + path, Fd.O_WRONLY).close())
            .as(path)
            .hasMessageContaining("EROFS");
      }
      assertThatThrownBy(() -> Fd.open(view.path() + "/null", Fd.O_RDONLY).close())
          .hasMessageContaining("EACCES");
    }
    assertThat(host.resolve("page")).hasContent("the page");
  }

  @Test
  void nobodyElseSeesItAndItIsGoneWhenItIsClosed() throws IOException {
    List<String> before = points();
    String path;
    try (MountedView view = view(plan(mount("/site", host)))) {
      assertThat(points()).isEqualTo(before);
      assertThat(place).isEmptyDirectory();
      path = view.path();
      assertThat(Stat.of(path + "/site/page")).isNotNull();
    }
    assertThat(Stat.of(path + "/site/page")).isNull();
    assertThat(points()).isEqualTo(before);
  }

  private static List<String> points() throws LinuxException {
    List<String> points = new ArrayList<>();
    for (MountTable.Mount mount : MountTable.mine()) {
      points.add(mount.point());
    }
    return points;
  }

  @Test
  void aFileThatWasSwappedForALinkSinceThePlanLeadsNowhere() throws IOException {
    Path single = directory.resolve("host/single");
    MountPlan plan = plan(mount("/one", single));
    Files.delete(single);
    Files.createSymbolicLink(single, directory.resolve("secret"));
    assertThatThrownBy(() -> view(plan).close())
        .isInstanceOf(LinuxException.class)
        .hasMessage(
            "mount from the host " + single + ": ELOOP (Too many levels of symbolic links)");
  }

  @Test
  void aDirectoryOnTheWayThatWasSwappedForALinkLeadsNowhere() throws IOException {
    MountPlan plan = plan(mount("/page", host.resolve("page")));
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("page"), "another page");
    Files.move(host, directory.resolve("moved"));
    Files.createSymbolicLink(host, elsewhere);
    assertThatThrownBy(() -> view(plan).close()).hasMessageContaining("ELOOP");
  }

  @Test
  void aFileThatWasReplacedOrIsGoneSinceThePlanIsNotMounted() throws IOException {
    Path single = directory.resolve("host/single");
    MountPlan plan = plan(mount("/one", single));
    Path next = Files.writeString(directory.resolve("host/next"), "another file");
    Files.move(next, single, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> view(plan).close())
        .hasMessage("mount from the host " + single + ": ESTALE (Stale file handle)");
    Files.delete(single);
    assertThatThrownBy(() -> view(plan).close()).hasMessageContaining("ENOENT");
  }
}
