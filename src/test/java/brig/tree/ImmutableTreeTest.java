package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.InodeFlags;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.plan.Entry;
import brig.report.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class ImmutableTreeTest {
  private static final Seal.Manner IMMUTABLE = new Seal.Manner(true, true, true);

  @TempDir Path home;
  private Fixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new Fixture(home);
    fixture.seal = (plan, changes) -> new Seal.Outcome(changes, IMMUTABLE, List.of());
    fixture
        .add(generated("/etc/a.conf"))
        .add(generated("/etc/b.conf"))
        .add(new Entry.Link("/etc/link", "a.conf", Fixture.WHY))
        .add(new Entry.Device("/dev/null", false, 1, 3, 0666, Fixture.WHY));
  }

  @AfterEach
  void removeAll() throws LinuxException {
    try (Fd top = Fd.open(home.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : top.list()) {
        Names.removeTree(top, name);
      }
    }
  }

  private static Entry generated(String path) {
    return new Entry.Generated(
        path, path.getBytes(StandardCharsets.UTF_8), 0644, 0, 0, Fixture.WHY);
  }

  private static boolean isImmutable(String path) throws LinuxException {
    try (Fd file = Fd.open(path, Fd.O_RDONLY)) {
      return InodeFlags.isImmutable(file);
    }
  }

  private static List<String> openOnes(String root) throws LinuxException {
    List<String> open = new ArrayList<>();
    for (String line : Fixture.listing(root)) {
      String path = root + line.substring(0, line.indexOf(' '));
      Stat stat = Stat.ofLink(path);
      if (stat != null && (stat.isFile() || stat.isDirectory()) && !isImmutable(path)) {
        open.add(path.substring(root.length()));
      }
    }
    return open;
  }

  private String root(int number) {
    return Generations.of(fixture.paths, "www").root(number);
  }

  private JailDirectory jail() throws Exception {
    return JailDirectory.open(fixture.paths, "www", Progress.NONE);
  }

  @Test
  void rootItselfCannotChangeATreeThatIsClosed() throws Exception {
    assertThat(fixture.build().warnings()).isEmpty();
    assertThat(openOnes(root(1))).isEmpty();
    assertThatThrownBy(() -> Fd.open(fixture.in("/etc/a.conf"), Fd.O_WRONLY))
        .hasMessageContaining("EPERM");
    try (Fd etc = Fd.open(fixture.in("/etc"), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      assertThatThrownBy(() -> Names.unlink(etc, "link")).hasMessageContaining("EPERM");
      assertThatThrownBy(() -> Names.create(etc, "new", 0600)).hasMessageContaining("EPERM");
      assertThatThrownBy(() -> Names.rename(etc, "a.conf", "c")).hasMessageContaining("EPERM");
      assertThatThrownBy(() -> Names.link(etc, "a.conf", etc, "c")).hasMessageContaining("EPERM");
      assertThatThrownBy(() -> Attributes.chmodAt(etc, "a.conf", 0777))
          .hasMessageContaining("EPERM");
    }
  }

  @Test
  void closingTwiceIsClosingOnce() throws Exception {
    fixture.build();
    List<String> before = Fixture.listing(root(1));
    try (Fd root = Fd.open(root(1), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      assertThat(ImmutableTree.close(root, root(1))).isNull();
    }
    assertThat(Fixture.listing(root(1))).isEqualTo(before);
  }

  @Test
  void oldGenerationsGoAlthoughTheyAreImmutable() throws Exception {
    for (int i = 1; i <= 5; i++) {
      assertThat(fixture.build().warnings()).isEmpty();
    }
    assertThat(Generations.of(fixture.paths, "www").numbers()).containsExactly(3, 4, 5);
    assertThat(openOnes(root(5))).isEmpty();
  }

  @Test
  void filesAreOpenedToBeLinkedAndClosedAgainWithTheTreeThatHasThem() throws Exception {
    fixture.build();
    try (JailDirectory jail = jail()) {
      jail.openFiles(1, List.of("/etc/a.conf"));
      assertThat(openOnes(root(1))).containsExactly("/etc/a.conf");
      try (Fd stage = jail.stage(2);
          Fd from = Fd.open(root(1) + "/etc", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        Names.mkdir(stage, "root", 0755);
        try (Fd root = Names.openDirectory(stage, "root")) {
          Names.link(from, "a.conf", root, "a.conf");
          assertThat(ImmutableTree.close(root, "it")).isNull();
        }
      }
      jail.finish(2);
      jail.closed();
      assertThat(openOnes(root(1))).isEmpty();
      assertThat(openOnes(root(2))).isEmpty();
      // The file goes with one generation, and keeps its flag in the other.
      jail.remove(2);
      assertThat(openOnes(root(1))).isEmpty();
    }
  }

  @Test
  void whatWasKilledBetweenOpeningAndClosingIsMendedByTheNext() throws Exception {
    fixture.build();
    try (JailDirectory jail = jail()) {
      jail.openFiles(1, List.of("/etc/a.conf", "/etc/b.conf"));
      jail.stage(2).close();
    }
    assertThat(openOnes(root(1))).containsExactly("/etc/a.conf", "/etc/b.conf");
    jail().close();
    assertThat(openOnes(root(1))).isEmpty();
    assertThat(Stat.ofLink(fixture.paths.jail("www") + "/opened")).isNull();
  }

  @Test
  void aFailureClosesAgainAtOnce() throws Exception {
    fixture.build();
    try (JailDirectory jail = jail()) {
      jail.openFiles(1, List.of("/etc/a.conf"));
      jail.closeAgain();
      assertThat(openOnes(root(1))).isEmpty();
    }
  }

  @Test
  void aGenerationThatWasNeverClosedIsNotClosedByMending() throws Exception {
    fixture.seal = (plan, changes) -> new Seal.Outcome(changes, List.of());
    fixture.build();
    try (JailDirectory jail = jail()) {
      jail.openFiles(1, List.of("/etc/a.conf"));
      jail.closeAgain();
      assertThat(isImmutable(root(1))).isFalse();
      assertThat(isImmutable(root(1) + "/etc/a.conf")).isFalse();
    }
  }

  @Test
  void aLinkInThePlaceOfAFileIsNotFollowed() throws Exception {
    fixture.build();
    try (Fd root = Fd.open(root(1), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      assertThatThrownBy(() -> ImmutableTree.open(root, List.of("/etc/link")))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
    }
    assertThat(openOnes(root(1))).isEmpty();
  }

  @Test
  void capabilitiesAndAccessListsAreLeftOutWhenTheSealSaysSo() throws Exception {
    String file = home.resolve("ping").toString();
    Fixture.run("cp", "/bin/true", file);
    Fixture.run("setcap", "cap_net_raw+ep", file);
    try (Fd open = Fd.open(file, Fd.O_RDWR)) {
      Attributes.set(open, "user.origin", new byte[] {1});
    }
    Stat stat = Stat.ofLink(file);
    if (stat == null) {
      throw new AssertionError(file);
    }
    fixture.add(new Entry.File("/srv/ping", file, Fixture.fileStat(stat), Fixture.WHY));
    fixture.build();
    assertThat(attributes()).contains("security.capability", "user.origin");
    fixture.seal =
        (plan, changes) ->
            new Seal.Outcome(changes, new Seal.Manner(true, false, false), List.of());
    fixture.build();
    assertThat(attributes()).doesNotContain("security.capability", "user.origin");
  }

  private List<String> attributes() throws LinuxException {
    try (Fd copy = Fd.open(fixture.in("/srv/ping"), Fd.O_RDONLY)) {
      return Attributes.names(copy);
    }
  }

  @Test
  void aFileSystemWithoutTheFlagIsNamedAndTheJailBuiltAllTheSame() throws Exception {
    Path place = home.resolve("ramfs");
    Fixture.run("mkdir", place.toString());
    Fixture.run("mount", "-t", "ramfs", "brig-test", place.toString());
    try {
      Fixture there = new Fixture(place);
      there.seal = fixture.seal;
      there.entries.putAll(fixture.entries);
      String root = Generations.of(there.paths, "www").root(1);
      assertThat(there.build().warnings())
          .extracting(Problem::text)
          .containsExactly(
              "cannot make "
                  + root
                  + " immutable: ENOTTY (Inappropriate ioctl for device). Its file system has no"
                  + " such flag; the jail is mounted read-only for its service all the same. ext4,"
                  + " XFS, Btrfs and, with a filesystem of its own, any place have it.");
      assertThat(Fixture.read(there.in("/etc/a.conf"))).isNotEmpty();
    } finally {
      Fixture.run("umount", place.toString());
    }
  }
}
