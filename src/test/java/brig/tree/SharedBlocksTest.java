package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Content;
import brig.linux.Fd;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks are shared where the file system can (XFS), and copied from everywhere else. */
@Tag("root")
class SharedBlocksTest {
  @TempDir Path home;

  @Test
  void onXfsACopySharesItsBlocks() throws Exception {
    Path image = home.resolve("image");
    Path mount = Files.createDirectory(home.resolve("mount"));
    Fixture.run("truncate", "-s", "320M", image.toString());
    Fixture.run("mkfs.xfs", "-q", "-m", "reflink=1", image.toString());
    Fixture.run("mount", "-o", "loop", image.toString(), mount.toString());
    try {
      Path source = Files.createDirectory(mount.resolve("source"));
      Fixture.run("dd", "if=/dev/urandom", "of=" + source + "/large", "bs=1M", "count=200");
      Fixture.run("chmod", "0640", source + "/large");
      // Twice 200 MB do not fit into 320 MB: only a shared copy can succeed.
      Fixture jail = new Fixture(mount.resolve("home")).addTree(source.toString(), "/srv");
      jail.build();
      assertThat(jail.stat("/srv/large").mode() & 07777).isEqualTo(0640);
      Fixture.run("cmp", source + "/large", jail.in("/srv/large"));
    } finally {
      Fixture.run("umount", mount.toString());
    }
  }

  @Test
  void whereBlocksCannotBeSharedNothingIsChanged() throws Exception {
    Path from = Files.writeString(home.resolve("from"), "content");
    try (Fd source = Fd.open(from.toString(), Fd.O_RDONLY);
        Fd target = Fd.open(home + "/to", Fd.O_RDWR | Fd.O_CREAT, 0600);
        Fd proc = Fd.open("/proc/self/status", Fd.O_RDONLY)) {
      assertThat(Content.share(proc, target)).isFalse();
      assertThat(target.stat().size()).isZero();
      assertThat(Content.copy(source, target, 7)).isEqualTo(7);
    }
    assertThat(Files.readString(home.resolve("to"))).isEqualTo("content");
  }

  @Test
  void fromAnotherFileSystemTheBytesAreCopied() throws Exception {
    Path mount = Files.createDirectory(home.resolve("mount"));
    Fixture.run("mount", "-t", "tmpfs", "brig-test", mount.toString());
    try {
      Fixture.run("dd", "if=/dev/urandom", "of=" + mount + "/large", "bs=1M", "count=9");
      Fixture.run("truncate", "-s", "32M", mount + "/large");
      Fixture jail = new Fixture(home).addTree(mount.toString(), "/srv");
      jail.build();
      Fixture.run("cmp", mount + "/large", jail.in("/srv/large"));
      assertThat(jail.stat("/srv/large").blocks()).isLessThan(10 << 11);
    } finally {
      Fixture.run("umount", mount.toString());
    }
  }
}
