package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.plan.Entry;
import brig.report.BrigException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class RemovalTest {
  @TempDir Path home;
  private Fixture jail;
  private Path directory;
  private Path place;

  @BeforeEach
  void build() throws Exception {
    jail = new Fixture(home);
    jail.add(new Entry.Generated("/etc/hosts", new byte[] {'x'}, 0644, 0, 0, Fixture.WHY));
    jail.add(new Entry.Writable("/var/lib/www", 0750, 33, 33, false, Fixture.WHY));
    jail.build();
    jail.build();
    directory = Path.of(jail.paths.jail("www"));
    place = directory.resolve("writable/var/lib/www");
  }

  private Removal removal() throws Exception {
    return Removal.of(jail.paths, "www", Progress.NONE);
  }

  @Test
  void aJailWithoutDataGoesWithoutATrace() throws Exception {
    try (Removal removal = removal()) {
      assertThat(removal.generations()).isEqualTo(2);
      assertThat(removal.data().isEmpty()).isTrue();
      removal.remove(false);
    }
    assertThat(directory).doesNotExist();
    assertThat(directory.getParent()).isEmptyDirectory();
  }

  @Test
  void whatTheServiceHasWrittenIsCountedAndKeptWhenItIsToBe() throws Exception {
    Files.writeString(place.resolve("orders.db"), "1234567890");
    Files.createDirectories(place.resolve("queue"));
    Files.createSymbolicLink(place.resolve("queue/link"), Path.of("gone"));
    try (Removal removal = removal()) {
      assertThat(removal.data()).isEqualTo(new Removal.Data(2, 10));
      assertThat(removal.data().text()).isEqualTo("2 files, 10 B");
      assertThat(removal.dataPath()).isEqualTo(directory + "/writable");
      removal.remove(true);
    }
    assertThat(place.resolve("orders.db")).hasContent("1234567890");
    assertThat(Files.isSymbolicLink(place.resolve("queue/link"))).isTrue();
    assertThat(directory.resolve("generations")).doesNotExist();
    assertThat(Files.isSymbolicLink(directory.resolve("current"))).isFalse();
    assertThat(jail.build().generation()).isEqualTo(1);
    assertThat(place.resolve("orders.db")).hasContent("1234567890");
  }

  @Test
  void aBuildThatWaitedForItMakesTheJailAnew() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    Progress progress =
        new Progress() {
          @Override
          public void waiting(String name) {
            waits.countDown();
          }
        };
    FutureTask<BuildResult> build = new FutureTask<>(() -> jail.build(progress));
    Thread thread = new Thread(build);
    try (Removal removal = removal()) {
      thread.start();
      assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
      removal.remove(false);
    }
    assertThat(build.get(30, TimeUnit.SECONDS).generation()).isEqualTo(1);
    assertThat(directory.resolve("current/root/etc/hosts")).hasContent("x");
    thread.join();
  }

  @Test
  void noLinkIsFollowedOut() throws Exception {
    Path outside = Files.createDirectories(home.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "stays");
    Files.createSymbolicLink(place.resolve("link"), outside);
    Files.createSymbolicLink(directory.resolve("generations/9.tmp"), outside);
    Files.createSymbolicLink(directory.resolve("1"), outside);
    try (Removal removal = removal()) {
      removal.remove(false);
    }
    assertThat(directory).doesNotExist();
    assertThat(outside.resolve("precious")).hasContent("stays");
  }

  @Test
  void whatIsMountedBelowIsRefusedAndStays() throws Exception {
    Path outside = Files.createDirectories(home.resolve("out side"));
    Files.writeString(outside.resolve("precious"), "stays");
    Path point = Files.createDirectories(place.resolve("mo unt"));
    Fixture.run("mount", "--bind", outside.toString(), point.toString());
    try {
      assertThatThrownBy(this::removal)
          .isInstanceOf(BrigException.class)
          .hasMessage(
              "cannot remove www: something is mounted on %s. Unmount it first (umount %s).",
              point, point);
      assertThat(directory.resolve("current/root/etc/hosts")).exists();
    } finally {
      Fixture.run("umount", point.toString());
    }
    assertThat(outside.resolve("precious")).hasContent("stays");
  }

  @Test
  void whatIsMountedMeanwhileIsNotEntered() throws Exception {
    Path outside = Files.createDirectories(home.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "stays");
    Path point = Files.createDirectories(place.resolve("mount"));
    try (Removal removal = removal()) {
      Fixture.run("mount", "--bind", outside.toString(), point.toString());
      assertThatThrownBy(() -> removal.remove(false)).hasMessageContaining("EXDEV");
    } finally {
      Fixture.run("umount", directory.resolve("writable.tmp/var/lib/www/mount").toString());
    }
    assertThat(outside.resolve("precious")).hasContent("stays");
    try (Removal again = removal()) {
      again.remove(false);
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void aProcessInsideIsNamed() throws Exception {
    Files.createDirectories(directory.resolve("current/root/bin"));
    Path sleep = directory.resolve("current/root/bin/busybox");
    Files.copy(Path.of("/bin/busybox"), sleep);
    Fixture.run("chmod", "755", sleep.toString());
    Process inside =
        new ProcessBuilder("chroot", directory + "/current/root", "/bin/busybox", "sleep", "60")
            .start();
    try {
      await(inside);
      assertThatThrownBy(this::removal)
          .hasMessage(
              "cannot remove www: process %d is in it. Stop it first: brig stop www; or end the"
                  + " sessions in it.",
              inside.pid());
    } finally {
      inside.destroyForcibly().waitFor();
    }
    assertThat(sleep).exists();
  }

  /** Until it has its new root. */
  private void await(Process process) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    Path root = Path.of("/proc/" + process.pid() + "/root");
    while (!Files.readSymbolicLink(root).startsWith(directory)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  @Test
  void aRemovalThatWasInterruptedIsBroughtToItsEndByTheNextOne() throws Exception {
    Files.writeString(place.resolve("a"), "a");
    Files.delete(directory.resolve("current"));
    Files.move(directory.resolve("generations/1"), directory.resolve("generations/1.tmp"));
    Files.move(directory.resolve("writable"), directory.resolve("writable.tmp"));
    try (Removal removal = removal()) {
      assertThat(removal.generations()).isEqualTo(1);
      assertThat(removal.data().isEmpty()).isTrue();
      removal.remove(false);
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void afterOneThatWasInterruptedAJailCanBeBuilt() throws Exception {
    Files.delete(directory.resolve("current"));
    Files.move(directory.resolve("generations/1"), directory.resolve("generations/1.tmp"));
    assertThat(jail.build().generation()).isEqualTo(3);
    assertThat(new String(Fixture.read(jail.in("/etc/hosts")), StandardCharsets.UTF_8))
        .isEqualTo("x");
  }

  @Test
  void immutableFilesGoToo() throws Exception {
    Fixture.run("chattr", "-R", "+i", directory.resolve("generations/1/root").toString());
    try (Removal removal = removal()) {
      removal.remove(false);
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void whatWasNeverBuiltIsNoMistakeOfTheDisk() {
    assertThatThrownBy(() -> Removal.of(jail.paths, "other", Progress.NONE))
        .hasMessage(
            "cannot remove other: there is nothing of it in %s. It was never built, or is removed"
                + " already.",
            jail.paths.jail("other"));
    assertThat(Path.of(jail.paths.jail("other"))).doesNotExist();
  }
}
