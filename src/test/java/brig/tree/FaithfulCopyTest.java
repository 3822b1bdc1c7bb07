package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Attributes;
import brig.linux.Fd;
import brig.linux.FileNames;
import brig.linux.Names;
import brig.linux.Stat;
import brig.plan.Entry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file is beside its bytes arrives in the jail. */
@Tag("root")
class FaithfulCopyTest {
  @TempDir Path home;
  @TempDir Path source;
  private Fixture jail;

  @BeforeEach
  void prepare() {
    jail = new Fixture(home);
  }

  private String put(String name, String content) throws Exception {
    Path file = source.resolve(name);
    Files.writeString(file, content);
    return file.toString();
  }

  private void build() throws Exception {
    jail.addTree(source.toString(), "/srv").build();
  }

  @Test
  void ownersModesAndTimesArriveToTheNanosecond() throws Exception {
    String file = put("page.html", "hello");
    Fixture.run("chown", "1234:4321", file);
    Fixture.run("chmod", "0640", file);
    Fixture.run("touch", "-d", "2001-02-03 04:05:06.123456789 UTC", file);
    build();
    Stat copy = jail.stat("/srv/page.html");
    assertThat(copy.uid()).isEqualTo(1234);
    assertThat(copy.gid()).isEqualTo(4321);
    assertThat(copy.mode() & 07777).isEqualTo(0640);
    assertThat(copy.modifiedNanos()).isEqualTo(981_173_106_123_456_789L);
    assertThat(Fixture.read(jail.in("/srv/page.html"))).asString().isEqualTo("hello");
  }

  @Test
  void timesBefore1970Arrive() throws Exception {
    String file = put("old", "x");
    Fixture.run("touch", "-d", "1960-01-01 00:00:00.5 UTC", file);
    long modified = Stat.of(file).modifiedNanos();
    build();
    assertThat(modified).isNegative();
    assertThat(jail.stat("/srv/old").modifiedNanos()).isEqualTo(modified);
  }

  @Test
  void directoriesGetTheirModeOwnerAndTheJailfilesTime() throws Exception {
    Files.createDirectory(source.resolve("private"));
    put("private/key", "k");
    Fixture.run("chmod", "0710", source + "/private");
    Fixture.run("chown", "7:8", source + "/private");
    build();
    Stat directory = jail.stat("/srv/private");
    assertThat(directory.mode() & 07777).isEqualTo(0710);
    assertThat(directory.uid()).isEqualTo(7);
    assertThat(directory.gid()).isEqualTo(8);
    assertThat(directory.modifiedNanos()).isEqualTo(Fixture.MODIFIED);
  }

  @Test
  void case21_fileCapabilitiesAreKept() throws Exception {
    String file = put("ping", "#!/bin/sh\n");
    Fixture.run("setcap", "cap_net_raw+ep", file);
    build();
    assertThat(Fixture.run("getcap", jail.in("/srv/ping"))).contains("cap_net_raw=ep");
  }

  @Test
  void case21_capabilitiesAreKeptOnAFileOfAnotherOwner() throws Exception {
    String file = put("ping", "#!/bin/sh\n");
    Fixture.run("chown", "33:33", file);
    Fixture.run("setcap", "cap_net_raw+ep", file);
    build();
    assertThat(Fixture.run("getcap", jail.in("/srv/ping"))).contains("cap_net_raw=ep");
  }

  @Test
  void case21_thePersonsOwnAttributesAreKept() throws Exception {
    String file = put("page", "x");
    try (Fd open = Fd.open(file, Fd.O_RDWR)) {
      Attributes.set(open, "user.origin", new byte[] {0, 1, (byte) 0xFF});
      Attributes.set(open, "trusted.secret", new byte[] {1});
    }
    build();
    try (Fd copy = Fd.open(jail.in("/srv/page"), Fd.O_RDONLY)) {
      assertThat(Attributes.value(copy, "user.origin")).containsExactly(0, 1, 0xFF);
      assertThat(Attributes.names(copy)).doesNotContain("trusted.secret");
    }
  }

  @Test
  void case21_hardLinksStayHardLinks() throws Exception {
    String file = put("one", "same");
    Files.createDirectory(source.resolve("d"));
    Files.createLink(source.resolve("d/two"), Path.of(file));
    Files.createLink(source.resolve("a"), Path.of(file));
    put("other", "same");
    build();
    Stat one = jail.stat("/srv/one");
    assertThat(one.links()).isEqualTo(3);
    assertThat(jail.stat("/srv/d/two").inode()).isEqualTo(one.inode());
    assertThat(jail.stat("/srv/a").inode()).isEqualTo(one.inode());
    assertThat(jail.stat("/srv/other").inode()).isNotEqualTo(one.inode());
    assertThat(Stat.of(file).inode()).isNotEqualTo(one.inode());
  }

  @Test
  void case21_sparseFilesStaySparse() throws Exception {
    String file = source + "/sparse";
    Fixture.run("truncate", "-s", "64M", file);
    Fixture.run(
        "dd", "if=/dev/urandom", "of=" + file, "bs=4096", "count=3", "seek=5000", "conv=notrunc");
    build();
    Stat copy = jail.stat("/srv/sparse");
    assertThat(copy.size()).isEqualTo(64 << 20);
    assertThat(copy.blocks()).isLessThanOrEqualTo(64);
    Fixture.run("cmp", file, jail.in("/srv/sparse"));
  }

  @Test
  void case21_aFileThatIsOneHoleStaysOne() throws Exception {
    Fixture.run("truncate", "-s", "1G", source + "/hole");
    build();
    assertThat(jail.stat("/srv/hole").size()).isEqualTo(1 << 30);
    assertThat(jail.stat("/srv/hole").blocks()).isZero();
  }

  @Test
  void case21_aFifoStaysAFifoAndNobodyWaitsForIt() throws Exception {
    Fixture.run("mkfifo", "-m", "0620", source + "/pipe");
    Fixture.run("chown", "5:6", source + "/pipe");
    Stat pipe = Stat.of(source + "/pipe");
    build();
    Stat copy = jail.stat("/srv/pipe");
    assertThat(copy.type()).isEqualTo(Stat.S_IFIFO);
    assertThat(copy.mode() & 07777).isEqualTo(0620);
    assertThat(copy.uid()).isEqualTo(5);
    assertThat(copy.gid()).isEqualTo(6);
    assertThat(copy.modifiedNanos()).isEqualTo(pipe.modifiedNanos());
  }

  @Test
  void case25_anyByteOfANameArrives() throws Exception {
    byte[] invalid = {'a', (byte) 0xFF, (byte) 0xC3, 'b'};
    List<String> names =
        List.of(
            "semi;colon", "new\nline", "$(touch x)", "-rf", " ", "äöü", FileNames.decode(invalid));
    try (Fd directory = Fd.open(source.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : names) {
        try (Fd file = Names.create(directory, name, 0644)) {
          file.write(FileNames.encode(name));
        }
        Names.symlink(directory, name + ".link", name);
      }
    }
    build();
    for (String name : names) {
      assertThat(Fixture.read(jail.in("/srv/" + name))).isEqualTo(FileNames.encode(name));
      assertThat(Fd.readLink(jail.in("/srv/" + name + ".link"))).isEqualTo(name);
    }
  }

  @Test
  void linksArriveAsTheyAreWrittenWhereverTheyLead() throws Exception {
    Files.createSymbolicLink(source.resolve("out"), Path.of("/etc/shadow"));
    Files.createSymbolicLink(source.resolve("up"), Path.of("../../../../etc"));
    build();
    assertThat(Fd.readLink(jail.in("/srv/out"))).isEqualTo("/etc/shadow");
    assertThat(Fd.readLink(jail.in("/srv/up"))).isEqualTo("../../../../etc");
    assertThat(jail.stat("/srv/out").modifiedNanos()).isEqualTo(Fixture.MODIFIED);
  }

  @Test
  void devicesHaveTheirNumbers() throws Exception {
    jail.add(new Entry.Device("/dev/null", false, 1, 3, 0666, Fixture.WHY));
    jail.add(new Entry.Device("/dev/far", true, 259, 70_000, 0600, Fixture.WHY));
    build();
    Stat device = jail.stat("/dev/null");
    assertThat(device.mode()).isEqualTo(Stat.S_IFCHR | 0666);
    assertThat(device.special()).isEqualTo(1L << 32 | 3);
    assertThat(jail.stat("/dev/far").mode()).isEqualTo(Stat.S_IFBLK | 0600);
    assertThat(jail.stat("/dev/far").special()).isEqualTo(259L << 32 | 70_000);
    Files.writeString(Path.of(jail.in("/dev/null")), "gone");
  }

  @Test
  void devicesOfTheHostAndSocketsGetMountPoints() throws Exception {
    jail.devicesFromHost = true;
    jail.add(new Entry.Device("/dev/null", false, 1, 3, 0666, Fixture.WHY));
    jail.add(new Entry.Socket("/run/db", source.toString(), Fixture.WHY));
    jail.add(new Entry.Socket("/run/one.sock", source + "/absent", Fixture.WHY));
    jail.build();
    assertThat(jail.stat("/dev/null").isFile()).isTrue();
    assertThat(jail.stat("/run/db").isDirectory()).isTrue();
    assertThat(jail.stat("/run/one.sock").isFile()).isTrue();
    assertThat(jail.stat("/run/one.sock").size()).isZero();
  }

  @Test
  void writablePlacesAreMadeOnceAndNeverTouchedAgain() throws Exception {
    jail.add(new Entry.Writable("/var/lib/www", 0750, 33, 44, false, Fixture.WHY));
    jail.add(new Entry.Writable("/tmp", 01777, 0, 0, true, Fixture.WHY));
    jail.build();
    String place = jail.paths.writable("www") + "/var/lib/www";
    assertThat(Stat.of(place).mode() & 07777).isEqualTo(0750);
    assertThat(Stat.of(place).uid()).isEqualTo(33);
    assertThat(Stat.of(place).gid()).isEqualTo(44);
    assertThat(Stat.of(jail.paths.writable("www") + "/tmp")).isNull();
    assertThat(jail.stat("/var/lib/www").mode() & 07777).isEqualTo(0755);
    assertThat(jail.stat("/tmp").uid()).isZero();
    assertThat(Stat.of(jail.paths.writable("www")).mode() & 07777).isEqualTo(0700);

    Files.writeString(Path.of(place, "data"), "the site's");
    Fixture.run("chmod", "0700", place);
    jail.build();
    assertThat(Files.readString(Path.of(place, "data"))).isEqualTo("the site's");
    assertThat(Stat.of(place).mode() & 07777).isEqualTo(0700);
  }

  @Test
  void generatedFilesAreWritten() throws Exception {
    byte[] content = "www-data:x:33:33::/:/bin/false\n".getBytes(StandardCharsets.UTF_8);
    jail.add(new Entry.Generated("/etc/passwd", content, 0640, 0, 33, Fixture.WHY));
    jail.build();
    Stat file = jail.stat("/etc/passwd");
    assertThat(Fixture.read(jail.in("/etc/passwd"))).isEqualTo(content);
    assertThat(file.mode() & 07777).isEqualTo(0640);
    assertThat(file.gid()).isEqualTo(33);
  }

  @Test
  void largeAndManyFilesArriveWhole() throws Exception {
    Fixture.run("dd", "if=/dev/urandom", "of=" + source + "/large", "bs=1M", "count=20");
    for (int d = 0; d < 20; d++) {
      Path directory = Files.createDirectories(source.resolve("d" + d + "/e"));
      for (int f = 0; f < 60; f++) {
        Files.writeString(
            directory.resolve("f" + f), ("file " + d + " " + f + "\n").repeat(f * 50));
      }
    }
    build();
    Fixture.run("diff", "-r", source.toString(), jail.in("/srv"));
  }

  @Test
  void theSamePlanGivesTheSameTree() throws Exception {
    put("page", "x");
    Files.createDirectory(source.resolve("d"));
    Files.createSymbolicLink(source.resolve("d/l"), Path.of("../page"));
    jail.add(new Entry.Device("/dev/null", false, 1, 3, 0666, Fixture.WHY));
    jail.add(new Entry.Generated("/etc/hosts", new byte[] {'x'}, 0644, 0, 0, Fixture.WHY));
    build();
    List<String> first = Fixture.listing(jail.paths.generation("www", 1) + "/root");
    jail.build();
    assertThat(Fixture.listing(jail.paths.generation("www", 2) + "/root")).isEqualTo(first);
    assertThat(first).hasSizeGreaterThan(7);
  }
}
