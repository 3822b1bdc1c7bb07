package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import brig.linux.Capabilities;
import brig.linux.Capability;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.linux.Volume;
import brig.plan.Entry;
import brig.report.BrigException;
import brig.report.Position;
import brig.report.Problem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jails with a file system of their own, on real loop devices. Opening a jail gives its thread a
 * mount namespace, so each step runs on a thread that ends with it.
 */
@Tag("root")
class JailVolumeTest {
  private static final long MIB = 1 << 20;
  private static final Position LINE = new Position("www.toml", 3, 23);

  @TempDir Path home;
  private Fixture fixture;
  private Path image;

  @BeforeEach
  void makeFixture() {
    fixture = new Fixture(home.resolve("brig"));
    fixture.volume = new OwnVolume(16 * MIB, LINE);
    fixture
        .add(generated("/etc/a.conf", 20))
        .add(new Entry.Link("/etc/link", "a.conf", Fixture.WHY))
        .add(new Entry.Device("/dev/null", false, 1, 3, 0666, Fixture.WHY))
        .add(new Entry.Writable("/srv/data", 0755, 33, 33, false, Fixture.WHY));
    image = Path.of(fixture.paths.image("www"));
  }

  @AfterEach
  void nothingIsLeftAttachedOrMounted() throws Exception {
    awaitDetached();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(home.toString());
    try (Fd top = Fd.open(home.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : top.list()) {
        Names.removeTree(top, name);
      }
    }
  }

  private static Entry generated(String path, int length) {
    byte[] content = new byte[length];
    Arrays.fill(content, (byte) 'x');
    return new Entry.Generated(path, content, 0644, 0, 0, Fixture.WHY);
  }

  private interface Step<T> {
    T run() throws Exception;
  }

  /** Runs on a thread of its own; what it mounted goes with it. */
  private static <T> T alone(Step<T> step) throws Exception {
    AtomicReference<@Nullable T> result = new AtomicReference<>();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.set(step.run());
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    thread.start();
    thread.join();
    switch (failure.get()) {
      case null -> {}
      case Exception e -> throw e;
      case Throwable e -> throw new AssertionError(e);
    }
    T value = result.get();
    if (value == null) {
      throw new AssertionError("nothing came back");
    }
    return value;
  }

  private BuildResult build() throws Exception {
    return alone(fixture::build);
  }

  private List<String> problems(Step<?> step) {
    BrigException e = catchThrowableOfType(BrigException.class, () -> alone(step::run));
    assertThat(e).as("nothing was refused").isNotNull();
    return e.problems().stream().map(Problem::text).toList();
  }

  private List<String> devices() throws Exception {
    if (!Files.exists(image)) {
      return List.of();
    }
    String out = Fixture.run("losetup", "-j", image.toString());
    return out.isBlank() ? List.of() : List.of(out.strip().split("\n", -1));
  }

  /** The kernel takes a namespace down some time after its last thread has ended. */
  private void awaitDetached() throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    while (!devices().isEmpty() && Instant.now().isBefore(deadline)) {
      Thread.sleep(20);
    }
    assertThat(devices()).isEmpty();
  }

  /** Looks into the jail as it is opened by a command. */
  private <T> T inside(Step<T> step) throws Exception {
    return alone(
        () -> {
          JailVolume.open(fixture.paths, "www");
          return step.run();
        });
  }

  private String hash() throws Exception {
    return Fixture.run("sha256sum", image.toString());
  }

  @Test
  void generationsAndWritablePlacesAreInItAndNothingOfThemOutside() throws Exception {
    assertThat(build().generation()).isEqualTo(1);
    assertThat(
            new String(
                inside(() -> Fixture.read(fixture.in("/etc/a.conf"))), StandardCharsets.US_ASCII))
        .isEqualTo("x".repeat(20));
    assertThat(inside(() -> Files.exists(Path.of(fixture.paths.writable("www"), "srv/data"))))
        .isTrue();
    try (var names = Files.list(Path.of(fixture.paths.jail("www")))) {
      assertThat(names).isEmpty();
    }
    assertThat(Files.size(image)).isEqualTo(16 * MIB);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(image)))
        .isEqualTo("rw-------");
    awaitDetached();
    fixture.again = false;
    assertThat(build().changed()).isFalse();
  }

  @Test
  void itIsMountedNosuidAndNodevAndIsNoLargerThanAsked() throws Exception {
    build();
    Volume volume =
        inside(
            () -> {
              try (Fd jail = Fd.open(fixture.paths.jail("www"), Fd.O_RDONLY)) {
                return Volume.of(jail);
              }
            });
    assertThat(volume.noDevices()).isTrue();
    assertThat(volume.noSetId()).isTrue();
    assertThat(volume.freeBytes()).isLessThan(16 * MIB);
  }

  @Test
  void aServiceThatFillsItFillsNothingElseAndNothingOutsideCanBeLinkedIn() throws Exception {
    build();
    Path outside = Files.writeString(home.resolve("outside"), "x");
    String place = fixture.paths.writable("www") + "/srv/data";
    String answer =
        inside(
            () -> {
              try (Fd data = Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY);
                  Fd above = Fd.open(home.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
                assertThatThrownBy(
                        () -> Names.link(above, outside.getFileName().toString(), data, "in"))
                    .hasMessageContaining("EXDEV");
                try (Fd file = Names.create(data, "big", 0600)) {
                  byte[] much = new byte[1 << 20];
                  for (int i = 0; i < 32; i++) {
                    file.write(much);
                  }
                  return "32 MiB were written to 16";
                } catch (LinuxException e) {
                  return e.errno().name();
                }
              }
            });
    assertThat(answer).isEqualTo("ENOSPC");
  }

  @Test
  void whoOpensItAtTheSameTimeSharesOneDevice() throws Exception {
    build();
    awaitDetached();
    CountDownLatch open = new CountDownLatch(4);
    CountDownLatch seen = new CountDownLatch(1);
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      String mine = fixture.paths.writable("www") + "/srv/data/" + i;
      threads[i] =
          new Thread(
              () -> {
                try {
                  JailVolume.open(fixture.paths, "www");
                  HostFiles.replace(mine, new byte[1000], 0600);
                } catch (IOException | BrigException e) {
                  failure.set(e);
                } finally {
                  open.countDown();
                }
                try {
                  seen.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      threads[i].start();
    }
    open.await();
    List<String> devices = devices();
    seen.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(devices).hasSize(1);
    try (Fd data =
        inside(() -> Fd.open(fixture.paths.writable("www") + "/srv/data", Fd.O_RDONLY))) {
      assertThat(data.list()).contains("0", "1", "2", "3");
    }
  }

  @Test
  void oneThatIsTooSmallIsNotMadeAndItIsToldWhatWouldDo() throws Exception {
    for (int i = 0; i < 80; i++) {
      fixture.add(generated("/srv/big/" + i, 256 * 1024));
    }
    List<String> problems = problems(fixture::build);
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("a file system of 16M is too small for jail www: its files take 22.")
        .contains(" are free in it. Write size = \"27M\" at least; ")
        .endsWith("(www.toml:3:23)");
    assertThat(image).doesNotExist();
    assertThat(Path.of(fixture.paths.jail("www"))).doesNotExist();
    fixture.volume = new OwnVolume(27 * MIB, LINE);
    assertThat(build().generation()).isEqualTo(1);
  }

  @Test
  void aLaterBuildThatFindsNoRoomLeavesAllAsItWasAndSaysWhatToDo() throws Exception {
    build();
    for (int i = 0; i < 60; i++) {
      fixture.add(generated("/srv/big/" + i, 256 * 1024));
    }
    assertThat(problems(fixture::build))
        .singleElement()
        .asString()
        .contains("ENOSPC (No space left on device). The file system of ")
        .contains(" is full: the jail takes 15.7 MB, ")
        .endsWith("It is the jail's own: write a larger size in 'filesystem' and build again.");
    assertThat(
            inside(
                () -> {
                  Generations generations = Generations.of(fixture.paths, "www");
                  return generations.numbers() + " " + generations.current();
                }))
        .isEqualTo("[1] OptionalInt[1]");
  }

  @Test
  void aLaterJailfileMakesItLargerAndNeverSmaller() throws Exception {
    build();
    awaitDetached();
    fixture.volume = new OwnVolume(24 * MIB, LINE);
    assertThat(build().generation()).isEqualTo(2);
    assertThat(Files.size(image)).isEqualTo(24 * MIB);
    assertThat(
            inside(
                () -> Fixture.read(Generations.of(fixture.paths, "www").root(1) + "/etc/a.conf")))
        .hasSize(20);
    awaitDetached();
    assertThat(Fixture.run("e2fsck", "-fn", image.toString())).contains("6144 blocks");
    String before = hash();
    fixture.volume = new OwnVolume(20 * MIB, LINE);
    assertThat(problems(fixture::build))
        .containsExactly(
            "cannot make the file system of jail www smaller: it has 24M, its jailfile asks for"
                + " 20M. Write the old size again. Brig only makes it larger; for a smaller one"
                + " remove the jail and build it anew. (www.toml:3:23)");
    assertThat(hash()).isEqualTo(before);
  }

  @Test
  void whileSomebodyUsesItTheKernelMakesItLargerOrItIsToldWhyNot() throws Exception {
    build();
    boolean privileged = (Capabilities.mine().effective() & Capability.CAP_SYS_RESOURCE.bit()) != 0;
    alone(
        () -> {
          JailVolume.open(fixture.paths, "www");
          fixture.volume = new OwnVolume(24 * MIB, LINE);
          try (Fd used = Fd.open(fixture.in("/etc/a.conf"), Fd.O_RDONLY)) {
            if (privileged) {
              assertThat(build().generation()).isEqualTo(2);
            } else {
              assertThat(problems(fixture::build))
                  .containsExactly(
                      "cannot make the file system of jail www 24M large: EPERM (Operation not"
                          + " permitted) while it is in use, which takes CAP_SYS_RESOURCE. Stop"
                          + " the service (brig stop www) and build again. (www.toml:3:23)");
            }
            return used.stat().size();
          }
        });
    awaitDetached();
    assertThat(build().generation()).isEqualTo(privileged ? 3 : 2);
  }

  @Test
  void oneWithoutAFileSystemInItIsToldAndLeftAlone() throws Exception {
    build();
    awaitDetached();
    overwrite(1024, new byte[1024]);
    String before = hash();
    assertThat(problems(fixture::build))
        .containsExactly(
            "cannot open jail www: its file system "
                + image
                + " is damaged: there is no ext4 file system in it. Nothing was changed. Put a"
                + " copy of the file back, or let e2fsck -f "
                + image
                + " mend it; or give the jail up with all that is in it: brig remove --yes www.");
    assertThat(hash()).isEqualTo(before);
    assertThat(problems(() -> inside(() -> 1))).hasSize(1);
    assertThat(alone(() -> Removal.removeClosed(fixture.paths, "www"))).isTrue();
    assertThat(image).doesNotExist();
    assertThat(Path.of(fixture.paths.jail("www"))).doesNotExist();
    assertThat(build().generation()).isEqualTo(1);
    awaitDetached();
    assertThat(alone(() -> Removal.removeClosed(fixture.paths, "www"))).as("whole").isFalse();
  }

  @Test
  void oneWhoseTablesAreDamagedIsToldByE2fsckAndLeftAlone() throws Exception {
    build();
    awaitDetached();
    String table = Fixture.run("dumpe2fs", image.toString());
    int at = table.indexOf("Inode table at ") + "Inode table at ".length();
    long block = Long.parseLong(table.substring(at, table.indexOf('-', at)));
    byte[] garbage = new byte[256 * 16];
    Arrays.fill(garbage, (byte) 0x5A);
    overwrite(block * 4096, garbage);
    String before = hash();
    assertThat(problems(fixture::build))
        .singleElement()
        .asString()
        .startsWith("cannot open jail www: its file system " + image + " is damaged: e2fsck -fn: ");
    assertThat(hash()).isEqualTo(before);
  }

  @Test
  void oneThatIsCutOffIsTold() throws Exception {
    build();
    awaitDetached();
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(8 * MIB);
    }
    assertThat(problems(fixture::build))
        .singleElement()
        .asString()
        .contains("is damaged: the file is shorter than the file system in it.");
  }

  private void overwrite(long position, byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(position);
      file.write(bytes);
    }
  }

  @Test
  void aLinkInItsPlaceIsNotFollowed() throws Exception {
    build();
    awaitDetached();
    Path elsewhere = Files.move(image, home.resolve("elsewhere"));
    Files.createSymbolicLink(image, elsewhere);
    assertThat(problems(fixture::build)).singleElement().asString().contains("ELOOP");
    assertThat(Fixture.run("losetup", "-j", elsewhere.toString())).isBlank();
  }

  @Test
  void oneThatOthersCouldWriteToIsRefused() throws Exception {
    build();
    awaitDetached();
    Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(problems(fixture::build))
        .containsExactly(
            "cannot open jail www: its file system "
                + image
                + ": others than root can write to it. Brig makes it root's, of mode 0600; see"
                + " who changed that.");
  }

  @Test
  void aLinkInThePlaceOfTheJailsDirectoryIsNotFollowed() throws Exception {
    build();
    awaitDetached();
    Path directory = Path.of(fixture.paths.jail("www"));
    Files.delete(directory);
    Files.createSymbolicLink(directory, Files.createDirectory(home.resolve("decoy")));
    assertThatThrownBy(this::build).isInstanceOf(BrigException.class);
    try (var names = Files.list(home.resolve("decoy"))) {
      assertThat(names).isEmpty();
    }
  }

  @Test
  void aJailStaysWhereItWasBuiltUntilItIsRemoved() throws Exception {
    fixture.volume = null;
    build();
    fixture.volume = new OwnVolume(16 * MIB, LINE);
    assertThat(problems(fixture::build))
        .singleElement()
        .asString()
        .startsWith(
            "jail www lies in the directory "
                + fixture.paths.jail("www")
                + ", and cannot move into a file system of its own. Move that directory away,");
    assertThat(image).doesNotExist();
    remove();
    build();
    fixture.volume = null;
    assertThat(problems(fixture::build))
        .singleElement()
        .asString()
        .startsWith("jail www has a file system of its own, " + image + ", and its jailfile asks");
    awaitDetached();
  }

  private void remove() throws Exception {
    alone(
        () -> {
          try (Removal removal = Removal.of(fixture.paths, "www", Progress.NONE)) {
            removal.remove(false);
          }
          return true;
        });
  }

  @Test
  void removingTheJailRemovesItsFileSystem() throws Exception {
    build();
    remove();
    assertThat(image).doesNotExist();
    assertThat(Stat.ofLink(fixture.paths.jail("www"))).isNull();
  }

  @Test
  void killedAtAnyMomentNothingStaysAttachedAndTheNextBuildGoesOn() throws Exception {
    fixture.seal =
        (plan, changes) -> new Seal.Outcome(changes, new Seal.Manner(true, true, true), List.of());
    for (int i = 0; i < 40; i++) {
      fixture.add(generated("/srv/many/" + i, 5000));
    }
    for (long millis : new long[] {150, 250, 300, 350, 400, 500}) {
      Process builds = VolumeUntilKilled.start(home.resolve("brig"));
      Thread.sleep(millis);
      builds.destroyForcibly().waitFor();
      awaitDetached();
    }
    int before = build().generation();
    assertThat(before).isPositive();
    assertThat(inside(() -> Fixture.listing(Generations.of(fixture.paths, "www").root(before))))
        .hasSize(fixture.entries.size());
    awaitDetached();
    assertThat(Fixture.run("e2fsck", "-fn", image.toString())).contains("/4096 blocks");
    try (var names = Files.list(Path.of(fixture.paths.images()))) {
      assertThat(names).containsExactly(image);
    }
  }
}
