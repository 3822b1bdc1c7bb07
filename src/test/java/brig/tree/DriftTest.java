package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Stat;
import brig.plan.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class DriftTest {
  @TempDir Path home;
  private Fixture jail;
  private Path root;

  @BeforeEach
  void build() throws Exception {
    jail = new Fixture(home.resolve("brig"));
    Path host = Files.createDirectories(home.resolve("host"));
    Files.writeString(host.resolve("file"), "12345");
    Files.createSymbolicLink(host.resolve("link"), Path.of("file"));
    jail.addTree(host.toString(), "/srv");
    jail.add(new Entry.Generated("/etc/made", new byte[] {'x'}, 0644, 0, 0, Fixture.WHY));
    jail.add(new Entry.Device("/dev/null", false, 1, 3, 0666, Fixture.WHY));
    jail.add(new Entry.Writable("/var/log/www", 0750, 33, 33, false, Fixture.WHY));
    jail.build();
    root = Path.of(jail.in(""));
  }

  private List<Drift> drift() throws Exception {
    return Drift.of(Generations.of(jail.paths, "www"), Manifest.read(jail.paths, "www", 1));
  }

  @Test
  void aJailAsItWasBuiltHasNone() throws Exception {
    assertThat(drift()).isEmpty();
  }

  @Test
  void whatWasDoneToAFileIsTold() throws Exception {
    FileTime time = Files.getLastModifiedTime(root.resolve("srv/file"));
    Files.writeString(root.resolve("srv/file"), "12346");
    assertThat(drift()).containsExactly(new Drift("/srv/file", "written to since"));
    Files.writeString(root.resolve("srv/file"), "123456");
    assertThat(drift()).containsExactly(new Drift("/srv/file", "size 6, built as 5"));
    Files.writeString(root.resolve("srv/file"), "12345");
    Files.setLastModifiedTime(root.resolve("srv/file"), time);
    Fixture.run("chmod", "0666", root.resolve("srv/file").toString());
    assertThat(drift()).containsExactly(new Drift("/srv/file", "mode 0666, built as 0644"));
    Fixture.run("chmod", "0644", root.resolve("srv/file").toString());
    Fixture.run("chown", "7:8", root.resolve("srv/file").toString());
    assertThat(drift()).containsExactly(new Drift("/srv/file", "owner 7:8, built as 0:0"));
  }

  @Test
  void strangersAndWhatIsGoneAreTold() throws Exception {
    Files.createDirectories(root.resolve("srv/new/below"));
    Files.delete(root.resolve("etc/made"));
    assertThat(drift())
        .containsExactly(
            new Drift("/etc/made", "was built, and is gone"),
            new Drift("/srv/new", "was not built, and is there"));
    Files.delete(root.resolve("etc"));
    assertThat(drift())
        .contains(new Drift("/etc", "was built, and is gone"))
        .doesNotContain(new Drift("/etc/made", "was built, and is gone"));
  }

  @Test
  void anotherKindOfThingIsTold() throws Exception {
    Files.delete(root.resolve("srv/link"));
    Files.createSymbolicLink(root.resolve("srv/link"), Path.of("other"));
    Files.delete(root.resolve("srv/file"));
    Files.createDirectory(root.resolve("srv/file"));
    Fixture.run("rm", root.resolve("dev/null").toString());
    Fixture.run("mknod", root.resolve("dev/null").toString(), "c", "1", "5");
    assertThat(drift())
        .containsExactly(
            new Drift("/dev/null", "a device, built as a device 1:3"),
            new Drift("/srv/file", "a directory, built as a file"),
            new Drift("/srv/link", "leads to other, built as file"));
  }

  @Test
  void noLinkIsFollowedOut() throws Exception {
    Path outside = Files.createDirectories(home.resolve("outside/below"));
    Fixture.run("rm", "-r", root.resolve("srv").toString());
    Files.createSymbolicLink(root.resolve("srv"), outside.getParent());
    Stat before = Stat.of(outside.toString());
    assertThat(drift()).containsExactly(new Drift("/srv", "a link, built as a directory"));
    assertThat(Stat.of(outside.toString())).isEqualTo(before);
  }
}
