package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.plan.Entry;
import brig.plan.FileStat;
import brig.plan.HostDrift;
import brig.plan.packages.Origin;
import brig.report.BrigException;
import brig.report.Problem;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong, the old generation stays, the person is told, and nothing leads outside. */
@Tag("root")
class SafeBuildTest {
  @TempDir Path home;
  @TempDir Path source;
  private Fixture jail;

  @BeforeEach
  void prepare() throws Exception {
    jail = new Fixture(home);
    Files.writeString(source.resolve("page"), "one");
  }

  private static String refusal(ThrowingBuild build) {
    List<String> texts = new ArrayList<>();
    assertThatThrownBy(build::run)
        .isInstanceOfSatisfying(
            BrigException.class,
            e -> {
              for (Problem problem : e.problems()) {
                texts.add(problem.text());
              }
            });
    return String.join("\n", texts);
  }

  private interface ThrowingBuild {
    void run() throws Exception;
  }

  private List<String> leftovers() throws LinuxException {
    List<String> names = new ArrayList<>();
    for (String directory :
        List.of(jail.paths.jail("www"), jail.paths.jail("www") + "/generations")) {
      try (Fd open = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        for (String name : open.list()) {
          if (name.endsWith(".tmp")) {
            names.add(name);
          }
        }
      }
    }
    return names;
  }

  @Test
  void eachBuildIsAGenerationAndTheLastThreeStay() throws Exception {
    jail.addTree(source.toString(), "/srv");
    for (int i = 1; i <= 5; i++) {
      assertThat(jail.build().generation()).isEqualTo(i);
    }
    Generations generations = Generations.of(jail.paths, "www");
    assertThat(generations.numbers()).containsExactly(3, 4, 5);
    assertThat(generations.current()).hasValue(5);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aGenerationThatAProcessHasAsItsRootIsNotRemoved() throws Exception {
    jail.addTree(source.toString(), "/srv").build();
    String root = Generations.of(jail.paths, "www").root(1);
    Process inside =
        new ProcessBuilder(
                "perl", "-e", "chroot $ARGV[0]; print qq(in\\n); close STDOUT; <STDIN>", root)
            .start();
    try {
      assertThat(
              new String(
                  inside.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("in\n");
      for (int i = 0; i < 5; i++) {
        jail.build();
      }
      assertThat(Generations.of(jail.paths, "www").numbers()).containsExactly(1, 4, 5, 6);
    } finally {
      inside.destroy();
      inside.waitFor(10, TimeUnit.SECONDS);
    }
    jail.build();
    assertThat(Generations.of(jail.paths, "www").numbers()).containsExactly(5, 6, 7);
  }

  @Test
  void aBuildWithNothingChangedLeavesAllAsItIs() throws Exception {
    jail.addTree(source.toString(), "/srv").build();
    jail.again = false;
    List<String> before = Fixture.listing(jail.paths.jail("www"));
    BuildResult result = jail.build();
    assertThat(result.changed()).isFalse();
    assertThat(result.text()).isEqualTo("www: nothing changed (generation 1)");
    assertThat(Fixture.listing(jail.paths.jail("www"))).isEqualTo(before);
  }

  @Test
  void theManifestTellsEveryEntryAndIsJsonWhateverTheNames() throws Exception {
    Files.writeString(source.resolve("odd \"\\\n\u0001name"), "x");
    jail.addTree(source.toString(), "/srv");
    jail.add(new Entry.Link("/l", "srv/page", Fixture.WHY)).build();
    List<String> paths = new ArrayList<>();
    String manifest = jail.paths.generation("www", 1) + "/manifest.json";
    try (JsonParser json = new JsonFactory().createParser(Fixture.read(manifest))) {
      while (json.nextToken() != null) {
        if ("path".equals(json.currentName()) && json.currentToken().isScalarValue()) {
          paths.add(json.getValueAsString());
        }
      }
    }
    assertThat(paths).containsExactlyElementsOf(jail.entries.keySet());
  }

  @Test
  void case24_aNodevFileSystemIsRefusedBeforeAnythingIsWritten() throws Exception {
    jail.addTree(source.toString(), "/srv");
    jail.add(new Entry.Device("/dev/null", false, 1, 3, 0666, Fixture.WHY));
    Fixture.run("mount", "-t", "tmpfs", "-o", "nodev,mode=0755", "brig-test", home.toString());
    try {
      assertThat(refusal(jail::build))
          .isEqualTo(
              "cannot create device "
                  + home
                  + "/lib/jails/www/current/root/dev/null: EACCES (Permission denied). The file"
                  + " system is mounted nodev, where a device cannot be opened; remount it, or set"
                  + " devices.mode = \"bind\".");
      assertThat(Generations.of(jail.paths, "www").numbers()).isEmpty();
      jail.devicesFromHost = true;
      assertThat(jail.build().generation()).isEqualTo(1);
    } finally {
      Fixture.run("umount", home.toString());
    }
  }

  @Test
  void aFullFileSystemLeavesTheOldGenerationCurrentAndNothingHalfMade() throws Exception {
    Fixture.run("mount", "-t", "tmpfs", "-o", "size=2m,mode=0755", "brig-test", home.toString());
    try {
      jail.addTree(source.toString(), "/srv").build();
      Fixture.run("dd", "if=/dev/urandom", "of=" + source + "/big", "bs=1M", "count=4");
      jail.addTree(source.toString(), "/srv");
      assertThat(refusal(jail::build))
          .startsWith("cannot copy to " + home + "/lib/jails/www/generations/2.tmp/root/srv/big:")
          .contains("ENOSPC (No space left on device). The file system of " + home)
          .contains("is full: the jail takes 4.2 MB, ")
          .endsWith(" are free. Make room there.");
      assertThat(Generations.of(jail.paths, "www").numbers()).containsExactly(1);
      assertThat(Generations.of(jail.paths, "www").current()).hasValue(1);
      assertThat(leftovers()).isEmpty();
      assertThat(Files.readString(Path.of(jail.in("/srv/page")))).isEqualTo("one");
    } finally {
      Fixture.run("umount", home.toString());
    }
  }

  @Test
  void aReadOnlyFileSystemIsNamed() throws Exception {
    jail.addTree(source.toString(), "/srv");
    Fixture.run("mount", "-t", "tmpfs", "-o", "mode=0755", "brig-test", home.toString());
    try {
      jail.build();
      Fixture.run("mount", "-o", "remount,ro", home.toString());
      assertThat(refusal(jail::build))
          .contains("EROFS (Read-only file system). The file system of " + home)
          .endsWith("is read-only. Remount it writable, or set BRIG_HOME to another place.");
    } finally {
      Fixture.run("umount", home.toString());
    }
  }

  @Test
  void aPlaceThatOthersCanWriteToIsRefused() throws Exception {
    Path open = Files.createDirectory(home.resolve("open"));
    Fixture.run("chmod", "0777", open.toString());
    Fixture inside = new Fixture(open);
    assertThat(refusal(inside::build))
        .isEqualTo(
            "cannot keep jails in "
                + open
                + "/lib/jails/www: "
                + open
                + " can be written to by others (mode 0777), who could put another jail in its"
                + " place. Take that away (chmod go-w "
                + open
                + "), or choose another place.");
    assertThat(open).isEmptyDirectory();
  }

  @Test
  void aPlaceOfAnotherUserIsRefusedAlsoThroughALink() throws Exception {
    Path foreign = Files.createDirectories(home.resolve("foreign/home"));
    Fixture.run("chown", "1234", home + "/foreign");
    Files.createSymbolicLink(home.resolve("link"), foreign);
    Fixture inside = new Fixture(home.resolve("link"));
    assertThat(refusal(inside::build))
        .contains(home + "/foreign belongs to the user with uid 1234, who could put another jail");
  }

  @Test
  void whoIsNotRootIsToldWhatIsNeeded() throws Exception {
    Process child =
        new ProcessBuilder(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                // So that it can read the classes wherever they are.
                "--inh-caps=+dac_read_search",
                "--ambient-caps=+dac_read_search",
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                BuildUntilKilled.class.getName(),
                home.toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    String out =
        new String(child.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(out)
        .contains("cannot build www as the user with uid 65534: files in a jail keep their owners")
        .contains("Run it as root (sudo brig build www).");
  }

  @Test
  void aLinkPlantedInTheTreeLeadsNobodyOut() throws Exception {
    Path outside = Files.createDirectory(home.resolve("outside"));
    Path tree = Files.createDirectory(home.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("srv"), outside);
    try (Fd root = Fd.open(tree.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      TreeWriter writer = new TreeWriter(root, 0, Seal.Manner.PLAIN, new Digests());
      Change.WriteFile file = new Change.WriteFile("/srv/x", new byte[] {1}, 0644, 0, 0);
      assertThatThrownBy(() -> writer.apply(List.of(file), Progress.NONE))
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("ELOOP");
      Change.MakeDirectory directory = new Change.MakeDirectory("/srv", 0755, 0, 0);
      assertThatThrownBy(() -> writer.apply(List.of(directory, file), Progress.NONE))
          .hasMessageContaining("EEXIST");
      Change.WriteFile upwards = new Change.WriteFile("/../x", new byte[] {1}, 0644, 0, 0);
      assertThatThrownBy(() -> writer.apply(List.of(upwards), Progress.NONE))
          .hasMessageContaining("EXDEV");
    }
    assertThat(outside).isEmptyDirectory();
    assertThat(home.resolve("x")).doesNotExist();
  }

  @Test
  void aLinkThatTheServicePlantedInItsWritablePlaceIsNotFollowed() throws Exception {
    Path outside = Files.createDirectory(home.resolve("outside"));
    jail.add(new Entry.Writable("/var/lib", 0755, 33, 33, false, Fixture.WHY)).build();
    String place = jail.paths.writable("www") + "/var/lib";
    Files.createSymbolicLink(Path.of(place, "cache"), outside);
    jail.add(new Entry.Writable("/var/lib/cache/deep", 0755, 33, 33, false, Fixture.WHY));
    assertThat(refusal(jail::build))
        .startsWith("cannot use " + place + "/cache for the writable place /var/lib/cache/deep:")
        .contains("the service may have put it there");
    assertThat(outside).isEmptyDirectory();
    assertThat(Generations.of(jail.paths, "www").current()).hasValue(1);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void leftoversOfAKilledBuildAreRemovedWithoutFollowingLinks() throws Exception {
    jail.addTree(source.toString(), "/srv").build();
    Path precious = Files.writeString(home.resolve("precious"), "x");
    Path half = Path.of(jail.paths.generation("www", 2) + ".tmp");
    Files.createDirectories(half.resolve("root/a/b"));
    Files.createSymbolicLink(half.resolve("root/a/out"), home);
    Files.createSymbolicLink(Path.of(jail.paths.jail("www"), "current.tmp"), home);
    jail.again = false;
    jail.build();
    assertThat(leftovers()).isEmpty();
    assertThat(precious).exists();
  }

  @Test
  void aFileThatChangedSinceThePlanIsCopiedAsItIsNow() throws Exception {
    jail.addTree(source.toString(), "/srv");
    Files.writeString(source.resolve("page"), "longer than before");
    jail.build();
    assertThat(Files.readString(Path.of(jail.in("/srv/page")))).isEqualTo("longer than before");
    assertThat(jail.stat("/srv/page").modifiedNanos())
        .isEqualTo(Stat.of(source + "/page").modifiedNanos());
  }

  @Test
  void aFileThatWasReplacedSinceThePlanIsPlannedAgain() throws Exception {
    AtomicInteger plans = new AtomicInteger();
    Planning planning =
        new Planning() {
          @Override
          public Planned plan() throws IOException {
            Planned planned =
                new Planned(
                    new Fixture(home).addTree(source.toString(), "/srv").plan(),
                    Fixture.noInputs(),
                    Map.of());
            if (plans.incrementAndGet() == 1) {
              Path next = Files.writeString(source.resolve("next"), "two");
              Files.move(
                  next, source.resolve("page"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            return planned;
          }

          @Override
          public Map<String, Origin> origins(List<String> paths) {
            return Map.of();
          }

          @Override
          public HostDrift drift(byte[] inputs) {
            return HostDrift.unknown();
          }

          @Override
          public List<String> besides() {
            return List.of();
          }

          @Override
          public long originsPrint() {
            return 0;
          }
        };
    assertThat(Builder.build(jail.order(planning), Progress.NONE).generation()).isEqualTo(1);
    assertThat(plans).hasValue(2);
    assertThat(Files.readString(Path.of(jail.in("/srv/page")))).isEqualTo("two");
  }

  @Test
  void aFileThatNeverIsAsPlannedIsReported() throws Exception {
    Stat stat = Stat.of(source + "/page");
    FileStat seen = Fixture.fileStat(stat);
    FileStat other =
        new FileStat(
            seen.type(),
            seen.mode(),
            seen.uid(),
            seen.gid(),
            seen.size(),
            seen.device(),
            seen.inode() + 1,
            1,
            0,
            seen.modifiedNanos(),
            seen.changedNanos());
    jail.add(new Entry.File("/srv/page", source + "/page", other, Fixture.WHY));
    assertThat(refusal(jail::build))
        .isEqualTo(
            "cannot copy "
                + source
                + "/page: it changes while it is copied. Stop what writes to it, or leave it out"
                + " of the jail (files.exclude).");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aSecondBuildWaitsForTheFirst() throws Exception {
    jail.addTree(source.toString(), "/srv");
    CountDownLatch planning = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    // Of a jail that is there: the very first build plans before it makes anything, a lock
    // included.
    build(Fixture.planning(jail.plan()), Progress.NONE, failure);
    Planning slow =
        new Planning() {
          @Override
          public Planned plan() {
            planning.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return new Planned(jail.plan(), Fixture.noInputs(), Map.of());
          }

          @Override
          public Map<String, Origin> origins(List<String> paths) {
            return Map.of();
          }

          @Override
          public HostDrift drift(byte[] inputs) {
            return HostDrift.unknown();
          }

          @Override
          public List<String> besides() {
            return List.of();
          }

          @Override
          public long originsPrint() {
            return 0;
          }
        };
    Thread first = Thread.ofPlatform().start(() -> build(slow, Progress.NONE, failure));
    planning.await();
    CountDownLatch waiting = new CountDownLatch(1);
    Progress progress =
        new Progress() {
          @Override
          public void waiting(String name) {
            waiting.countDown();
          }
        };
    Thread second =
        Thread.ofPlatform().start(() -> build(Fixture.planning(jail.plan()), progress, failure));
    assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Generations.of(jail.paths, "www").numbers()).containsExactly(1);
    goOn.countDown();
    first.join();
    second.join();
    assertThat(failure.get()).isNull();
    assertThat(Generations.of(jail.paths, "www").numbers()).containsExactly(1, 2, 3);
    assertThat(Generations.of(jail.paths, "www").current()).hasValue(3);
  }

  @Test
  void whatCannotBePlannedLeavesNoTrace() {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Planning refused =
        new Planning() {
          @Override
          public Planned plan() throws BrigException {
            throw BrigException.usage(Problem.of("cannot find it"));
          }

          @Override
          public Map<String, Origin> origins(List<String> paths) {
            return Map.of();
          }

          @Override
          public HostDrift drift(byte[] inputs) {
            return HostDrift.unknown();
          }

          @Override
          public List<String> besides() {
            return List.of();
          }

          @Override
          public long originsPrint() {
            return 0;
          }
        };
    build(refused, Progress.NONE, failure);
    assertThat(failure.get()).hasMessage("cannot find it.");
    assertThat(Path.of(jail.paths.jail("www"))).doesNotExist();
  }

  private void build(Planning planning, Progress progress, AtomicReference<Throwable> failure) {
    try {
      Builder.build(jail.order(planning), progress);
    } catch (BrigException | RuntimeException e) {
      failure.set(e);
    }
  }
}
