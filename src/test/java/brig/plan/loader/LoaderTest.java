package brig.plan.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.elf.Dynamic;
import brig.elf.ElfException;
import brig.testing.ElfImage;
import brig.testing.HostTree;
import brig.testing.LdSoCacheImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule of ld.so(8) on a small tree of its own. */
class LoaderTest {
  private static final String INTERPRETER = "/lib64/ld-linux-x86-64.so.2";
  private static final String V3 =
      "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3 avx avx2 bmi1 bmi2 f16c fma abm movbe";

  @TempDir Path root;
  private HostTree host;

  @BeforeEach
  void makeHost() {
    host = new HostTree(root, "x86_64");
    host.file(INTERPRETER, ElfImage.x86().soname("ld-linux-x86-64.so.2").bytes());
    host.file("/etc/ld.so.cache", new LdSoCacheImage().bytes());
    library("/lib/x86_64-linux-gnu/libc.so.6");
  }

  private void library(String path, String... needed) {
    host.file(path, ElfImage.x86().needed(needed).bytes());
  }

  private void program(String path, ElfImage image) {
    host.file(path, image.program().bytes());
  }

  private Libraries ask(String file, String... loadedBy) throws IOException {
    Libraries libraries = new Loader(host).librariesOf(file, List.of(loadedBy));
    assertThat(libraries).isNotNull();
    return libraries;
  }

  /** Name and place of each, the loader itself left out. */
  private List<String> answer(String file, String... loadedBy) throws IOException {
    return ask(file, loadedBy).libraries().stream()
        .filter(l -> !l.name().equals(INTERPRETER))
        .map(l -> l.name() + " " + l.path())
        .toList();
  }

  private Library only(String file) throws IOException {
    List<Library> found =
        ask(file).libraries().stream().filter(l -> !l.name().equals(INTERPRETER)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void neededLibrariesComeBreadthFirstAndOnce() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so", "libb.so"));
    library("/usr/lib/liba.so", "libd.so", "libb.so");
    library("/usr/lib/libb.so", "libc2.so", "liba.so");
    library("/usr/lib/libc2.so");
    library("/usr/lib/libd.so");
    assertThat(answer("/bin/p"))
        .containsExactly(
            "liba.so /usr/lib/liba.so",
            "libb.so /usr/lib/libb.so",
            "libd.so /usr/lib/libd.so",
            "libc2.so /usr/lib/libc2.so");
    Library d = ask("/bin/p").libraries().get(2);
    assertThat(d.neededBy()).isEqualTo("/usr/lib/liba.so");
    assertThat(d.reason()).isEqualTo("default directory /usr/lib");
  }

  @Test
  void theLoaderIsListedAtTheEndWhereNothingAsksForIt() throws IOException {
    program("/bin/p", ElfImage.x86().needed("libc.so.6"));
    assertThat(ask("/bin/p").interpreter()).isEqualTo(INTERPRETER);
    assertThat(ask("/bin/p").libraries())
        .containsExactly(
            new Library(
                "libc.so.6",
                "/lib/x86_64-linux-gnu/libc.so.6",
                "/bin/p",
                "default directory /lib/x86_64-linux-gnu",
                List.of(),
                false),
            new Library(INTERPRETER, INTERPRETER, "/bin/p", "PT_INTERP", List.of(), false));
  }

  @Test
  void theLoaderIsFoundByItsSonameAndListedWhereItIsAskedFor() throws IOException {
    program("/bin/p", ElfImage.x86().needed("ld-linux-x86-64.so.2", "libc.so.6"));
    assertThat(ask("/bin/p").libraries())
        .extracting(Library::name)
        .containsExactly(INTERPRETER, "libc.so.6");
  }

  @Test
  void anAbsentLoaderIsMissing() throws IOException {
    host.file("/bin/p", ElfImage.x86().interpreter("/lib/ld-none.so").bytes());
    assertThat(ask("/bin/p").libraries())
        .containsExactly(
            new Library("/lib/ld-none.so", null, "/bin/p", "not found", List.of(), false));
  }

  @Test
  void whatIsNotFoundIsListedWithoutAPlace() throws IOException {
    program("/bin/p", ElfImage.x86().needed("libnone.so"));
    Library library = only("/bin/p");
    assertThat(library.path()).isNull();
    assertThat(library.reason()).isEqualTo("not found");
  }

  @Test
  void rpathOfTheLoadersOfALibraryCountsUpToTheProgram() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so").rpath("/opt/p"));
    host.file("/opt/p/liba.so", ElfImage.x86().needed("libb.so").rpath("/opt/a").bytes());
    host.file("/opt/a/libb.so", ElfImage.x86().needed("libx.so", "liby.so").bytes());
    library("/opt/a/libx.so");
    library("/opt/p/libx.so");
    library("/opt/p/liby.so");
    assertThat(answer("/bin/p"))
        .containsExactly(
            "liba.so /opt/p/liba.so",
            "libb.so /opt/a/libb.so",
            "libx.so /opt/a/libx.so",
            "liby.so /opt/p/liby.so");
    assertThat(ask("/bin/p").libraries().get(3).reason()).isEqualTo("RPATH /opt/p of /bin/p");
  }

  @Test
  void aLibraryWithRunpathIgnoresAllRpaths() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so").rpath("/opt/p"));
    host.file("/opt/p/liba.so", ElfImage.x86().needed("libb.so").runpath("/opt/a").bytes());
    library("/opt/p/libb.so");
    assertThat(answer("/bin/p")).containsExactly("liba.so /opt/p/liba.so", "libb.so null");
  }

  @Test
  void rpathBesideRunpathDoesNotExist() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so").rpath("/opt/r").runpath("/opt/p"));
    library("/opt/r/liba.so", "libb.so");
    library("/opt/p/liba.so", "libb.so");
    library("/opt/r/libb.so");
    assertThat(answer("/bin/p")).containsExactly("liba.so /opt/p/liba.so", "libb.so null");
  }

  @Test
  void runpathIsForDirectNeedsOnly() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so").runpath("/opt/p"));
    library("/opt/p/liba.so", "libb.so");
    library("/opt/p/libb.so");
    assertThat(answer("/bin/p")).containsExactly("liba.so /opt/p/liba.so", "libb.so null");
  }

  @Test
  void runpathComesBeforeTheCacheAndTheDefaultDirectories() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so").runpath("/none:/opt/p/"));
    host.file("/etc/ld.so.cache", new LdSoCacheImage().add("liba.so", "/c/liba.so").bytes());
    library("/c/liba.so");
    library("/opt/p/liba.so");
    library("/usr/lib/liba.so");
    assertThat(only("/bin/p").path()).isEqualTo("/opt/p/liba.so");
    assertThat(only("/bin/p").reason()).isEqualTo("RUNPATH /opt/p/");
  }

  @Test
  void originOfAProgramIsItsRealDirectory() throws IOException {
    program("/opt/app/bin/p", ElfImage.x86().needed("liba.so").runpath("${ORIGIN}/../lib"));
    library("/opt/app/lib/liba.so");
    host.link("/bin/p", "../opt/app/bin/p");
    assertThat(answer("/bin/p")).containsExactly("liba.so /opt/app/bin/../lib/liba.so");
  }

  @Test
  void originOfALibraryIsWhereItWasFound() throws IOException {
    host.file("/real/liba.so", ElfImage.x86().needed("libb.so").runpath("$ORIGIN").bytes());
    host.link("/usr/lib/liba.so", "../../real/liba.so");
    library("/real/libb.so");
    library("/usr/lib/libb.so");
    program("/bin/p", ElfImage.x86().needed("liba.so"));
    assertThat(answer("/bin/p"))
        .containsExactly("liba.so /usr/lib/liba.so", "libb.so /usr/lib/libb.so");
    assertThat(ask("/bin/p").libraries().get(1).reason()).isEqualTo("RUNPATH $ORIGIN");
  }

  @Test
  void libAndPlatformArePutIn() throws IOException {
    host.file(
        INTERPRETER,
        concat(
            ElfImage.x86().soname("ld-linux-x86-64.so.2").bytes(),
            "\0/lib/triplet/\0/usr/lib/triplet/\0/lib/\0/usr/lib/\0\0"));
    program("/bin/p", ElfImage.x86().needed("liba.so").runpath("/opt/$LIB/${PLATFORM}/$LIBX"));
    library("/opt/lib/triplet/x86_64/$LIBX/liba.so");
    assertThat(only("/bin/p").path()).isEqualTo("/opt/lib/triplet/x86_64/$LIBX/liba.so");
  }

  private static byte[] concat(byte[] bytes, String more) {
    byte[] tail = more.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    byte[] all = java.util.Arrays.copyOf(bytes, bytes.length + tail.length);
    System.arraycopy(tail, 0, all, bytes.length, tail.length);
    return all;
  }

  @Test
  void theDefaultDirectoriesAreThoseInTheLoadersOwnFile() throws IOException {
    host.file(
        INTERPRETER,
        concat(ElfImage.x86().bytes(), "x\0/strange/lib64/\0/usr/strange/lib64/\0nothing\0"));
    program("/bin/p", ElfImage.x86().needed("liba.so"));
    library("/usr/lib/liba.so");
    library("/usr/strange/lib64/liba.so");
    assertThat(only("/bin/p").path()).isEqualTo("/usr/strange/lib64/liba.so");
  }

  @Test
  void tokensInANeededPathArePutIn() throws IOException {
    program("/opt/bin/p", ElfImage.x86().needed("$ORIGIN/../lib/liba.so", "liba.so.1"));
    host.file("/opt/lib/liba.so", ElfImage.x86().soname("liba.so.1").bytes());
    assertThat(answer("/opt/bin/p"))
        .containsExactly("/opt/bin/../lib/liba.so /opt/bin/../lib/liba.so");
  }

  @Test
  void aLibraryThatIsMappedIsKnownByItsSoname() throws IOException {
    program("/bin/p", ElfImage.x86().needed("libreal.so", "liba.so.1"));
    host.file("/usr/lib/libreal.so", ElfImage.x86().soname("liba.so.1").bytes());
    library("/usr/lib/liba.so.1");
    assertThat(answer("/bin/p")).containsExactly("libreal.so /usr/lib/libreal.so");
  }

  @Test
  void oneFileUnderTwoNamesIsMappedOnce() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so", "libalias.so"));
    library("/usr/lib/liba.so");
    host.link("/usr/lib/libalias.so", "liba.so");
    assertThat(answer("/bin/p")).containsExactly("liba.so /usr/lib/liba.so");
  }

  @Test
  void anotherClassOrMachineIsPassedOver() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so").runpath("/one:/two:/three"));
    host.file("/one/liba.so", ElfImage.of(false, false, 3).bytes());
    host.file("/two/liba.so", ElfImage.of(true, false, 183).bytes());
    library("/three/liba.so");
    assertThat(only("/bin/p").path()).isEqualTo("/three/liba.so");
  }

  @Test
  void aLibraryForAnotherSystemIsPassedOver() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so").runpath("/one:/two"));
    host.file("/one/liba.so", ElfImage.x86().abiTag(1, 2, 0, 0).bytes());
    host.file("/two/liba.so", ElfImage.x86().abiTag(0, 3, 2, 0).bytes());
    assertThat(only("/bin/p").path()).isEqualTo("/two/liba.so");
  }

  @Test
  void aFileThatIsNoElfFileEndsTheSearch() throws IOException {
    program("/bin/p", ElfImage.x86().needed("liba.so").runpath("/one:/two"));
    host.file("/one/liba.so", "INPUT(-lb)\n");
    library("/two/liba.so");
    assertThat(only("/bin/p").path()).isNull();
    assertThat(only("/bin/p").reason()).isEqualTo("/one/liba.so: invalid ELF header");
  }

  @Test
  void nodeflibKeepsTheDefaultDirectoriesOutOfTheCacheToo() throws IOException {
    host.file(
        "/etc/ld.so.cache",
        new LdSoCacheImage()
            .add("libb.so", "/opt/libb.so")
            .add("liba.so", "/usr/lib/liba.so")
            .bytes());
    library("/usr/lib/liba.so");
    library("/opt/libb.so");
    program("/bin/p", ElfImage.x86().needed("liba.so", "libb.so").flags1(Dynamic.DF_1_NODEFLIB));
    assertThat(answer("/bin/p")).containsExactly("liba.so null", "libb.so /opt/libb.so");
  }

  @Test
  void theCacheComesBeforeTheDefaultDirectoriesUnlessItsFileIsGone() throws IOException {
    host.file(
        "/etc/ld.so.cache",
        new LdSoCacheImage()
            .add("libb.so", "/gone/libb.so")
            .add("liba.so", "/opt/liba.so")
            .bytes());
    library("/opt/liba.so");
    library("/usr/lib/liba.so");
    library("/usr/lib/libb.so");
    program("/bin/p", ElfImage.x86().needed("liba.so", "libb.so"));
    assertThat(answer("/bin/p"))
        .containsExactly("liba.so /opt/liba.so", "libb.so /usr/lib/libb.so");
    assertThat(ask("/bin/p").libraries().getFirst().reason()).isEqualTo("found in ld.so.cache");
  }

  @Test
  void case13_libraryFoundOnlyThroughLdSoConfD() throws IOException {
    host.file("/etc/ld.so.cache", "no cache");
    host.file("/etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf # all\n");
    host.file("/etc/ld.so.conf.d/b.conf", "# comment\n/opt/b\n");
    host.file("/etc/ld.so.conf.d/a.conf", "/opt/a/ , /opt/a2\n");
    host.file("/etc/ld.so.conf.d/c.disabled", "/opt/c\n");
    library("/opt/b/libb.so");
    library("/opt/a2/liba.so");
    library("/opt/c/libc2.so");
    program("/bin/p", ElfImage.x86().needed("libb.so", "liba.so", "libc2.so"));
    assertThat(answer("/bin/p"))
        .containsExactly("libb.so /opt/b/libb.so", "liba.so /opt/a2/liba.so", "libc2.so null");
    assertThat(ask("/bin/p").libraries().getFirst().reason())
        .isEqualTo("found through ld.so.conf in /opt/b");
  }

  @Test
  void case15_everyHwcapsVariantIsNamedAndThisProcessorsIsTaken() throws IOException {
    String base = "/usr/lib/glibc-hwcaps/";
    library("/usr/lib/liba.so");
    library(base + "x86-64-v2/liba.so");
    library(base + "x86-64-v3/liba.so");
    library(base + "x86-64-v4/liba.so");
    program("/bin/p", ElfImage.x86().needed("liba.so"));
    host.file("/proc/cpuinfo", "processor: 0\nflags\t\t: fpu " + V3 + "\nbugs: none\n");
    Library library = only("/bin/p");
    assertThat(library.path()).isEqualTo(base + "x86-64-v3/liba.so");
    assertThat(library.variants())
        .containsExactly(
            base + "x86-64-v4/liba.so", base + "x86-64-v2/liba.so", "/usr/lib/liba.so");
  }

  @Test
  void case15_variantsInTheCacheAreNamedToo() throws IOException {
    String v2 = "/opt/glibc-hwcaps/x86-64-v2/liba.so";
    String v3 = "/opt/glibc-hwcaps/x86-64-v3/liba.so";
    host.file(
        "/etc/ld.so.cache",
        new LdSoCacheImage()
            .addVariant("liba.so", v3, "x86-64-v3")
            .addVariant("liba.so", v2, "x86-64-v2")
            .add("liba.so", "/opt/liba.so")
            .bytes());
    library(v2);
    library(v3);
    library("/opt/liba.so");
    program("/bin/p", ElfImage.x86().needed("liba.so"));
    host.file("/proc/cpuinfo", "x\nflags : none\n");
    assertThat(only("/bin/p").path()).isEqualTo("/opt/liba.so");
    assertThat(only("/bin/p").variants()).containsExactly(v3, v2);
    host.file("/proc/cpuinfo", "x\nflags : " + V3 + "\n");
    assertThat(only("/bin/p").path()).isEqualTo(v3);
    assertThat(only("/bin/p").reason()).isEqualTo("found in ld.so.cache, glibc-hwcaps x86-64-v3");
    assertThat(only("/bin/p").variants()).containsExactly(v2, "/opt/liba.so");
  }

  @Test
  void case12_pluginReliesOnTheProgramsRpathWithOrigin() throws IOException {
    program("/opt/app/bin/p", ElfImage.x86().rpath("$ORIGIN/../private"));
    library("/opt/app/modules/plugin.so", "libinner.so");
    library("/opt/app/private/libinner.so");
    assertThat(answer("/opt/app/modules/plugin.so")).containsExactly("libinner.so null");
    assertThat(answer("/opt/app/modules/plugin.so", "/opt/app/bin/p"))
        .containsExactly("libinner.so /opt/app/bin/../private/libinner.so");
  }

  @Test
  void aPluginFindsWhatTheProgramHasMappedAlready() throws IOException {
    program("/opt/bin/p", ElfImage.x86().needed("liba.so").runpath("/opt/lib"));
    library("/opt/lib/liba.so");
    library("/opt/modules/plugin.so", "liba.so");
    assertThat(answer("/opt/modules/plugin.so", "/opt/bin/p"))
        .containsExactly("liba.so /opt/lib/liba.so");
  }

  @Test
  void aPluginOfAPluginGoesThroughTheWholeChain() throws IOException {
    program("/opt/bin/p", ElfImage.x86().rpath("/opt/p"));
    host.file("/opt/m/outer.so", ElfImage.x86().rpath("/opt/o").bytes());
    library("/opt/m/inner.so", "liba.so", "libb.so");
    library("/opt/o/liba.so");
    library("/opt/p/libb.so");
    assertThat(answer("/opt/m/inner.so", "/opt/m/outer.so", "/opt/bin/p"))
        .containsExactly("liba.so /opt/o/liba.so", "libb.so /opt/p/libb.so");
  }

  @Test
  void whatANoteSaysMayBeLoadedComesLastAndIsOptional() throws IOException {
    host.file(
        "/bin/p",
        ElfImage.x86()
            .program()
            .needed("libc.so.6")
            .dlopenNote(
                """
                [{"soname":["libnew.so.2","libold.so.1"]},{"soname":["libgone.so"]}]\
                """)
            .bytes());
    library("/usr/lib/libold.so.1", "libdeep.so");
    library("/usr/lib/libdeep.so");
    List<Library> libraries = ask("/bin/p").libraries();
    assertThat(libraries.subList(2, 5))
        .extracting(l -> l.name() + " " + l.path() + " " + l.optional())
        .containsExactly(
            "libold.so.1 /usr/lib/libold.so.1 true",
            "libdeep.so /usr/lib/libdeep.so true",
            "libgone.so null true");
    assertThat(libraries.subList(0, 2)).noneMatch(Library::optional);
  }

  @Test
  void aStaticProgramHasNoLibraries() throws IOException {
    host.file("/bin/s", ElfImage.x86().type(2).asStatic().bytes());
    host.file("/bin/pie", ElfImage.x86().flags1(Dynamic.DF_1_PIE).bytes());
    assertThat(ask("/bin/s")).isEqualTo(new Libraries("/bin/s", null, List.of()));
    assertThat(ask("/bin/pie")).isEqualTo(new Libraries("/bin/pie", null, List.of()));
  }

  @Test
  void whatIsNoElfFileOfThisMachineHasNoAnswer() throws IOException {
    host.file("/bin/script", "#!/bin/sh\n");
    host.file("/bin/arm", ElfImage.of(true, false, 183).program().bytes());
    host.file("/lib/object.o", ElfImage.x86().type(1).bytes());
    Loader loader = new Loader(host);
    assertThat(loader.librariesOf("/bin/script")).isNull();
    assertThat(loader.librariesOf("/bin/arm")).isNull();
    assertThat(loader.librariesOf("/lib/object.o")).isNull();
    assertThat(loader.librariesOf("/bin")).isNull();
  }

  @Test
  void whatIsAbsentOrDamagedIsToldApart() {
    host.file("/bin/bad", new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1});
    Loader loader = new Loader(host);
    assertThatThrownBy(() -> loader.librariesOf("/bin/none"))
        .isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> loader.librariesOf("/bin/bad"))
        .isInstanceOf(ElfException.class)
        .hasMessage("file too short");
  }

  @Test
  void a32BitProgramTakesItsOwnEntriesOfTheCache() throws IOException {
    host.file("/lib/ld-linux.so.2", ElfImage.of(false, false, 3).bytes());
    host.file(
        "/etc/ld.so.cache",
        new LdSoCacheImage()
            .add("liba.so", "/wide/liba.so")
            .add(3, "liba.so", "/narrow/liba.so", 0)
            .bytes());
    library("/wide/liba.so");
    host.file("/narrow/liba.so", ElfImage.of(false, false, 3).bytes());
    host.file(
        "/bin/p",
        ElfImage.of(false, false, 3).interpreter("/lib/ld-linux.so.2").needed("liba.so").bytes());
    assertThat(ask("/bin/p").libraries().getFirst().path()).isEqualTo("/narrow/liba.so");
  }

  @Test
  void case16_aMuslProgramSearchesItsOwnPathAndInheritsBothRunpaths() throws IOException {
    String musl = "/lib/ld-musl-x86_64.so.1";
    host.file(musl, ElfImage.x86().bytes());
    host.file("/etc/ld-musl-x86_64.path", "/opt/musl\n/opt/more");
    host.file(
        "/bin/p",
        ElfImage.x86().interpreter(musl).needed("liba.so", "libc.so").runpath("/opt/p").bytes());
    library("/opt/p/liba.so", "libb.so", "libd.so");
    library("/opt/p/libb.so");
    library("/opt/more/libd.so");
    library("/usr/lib/libc.so");
    assertThat(ask("/bin/p").libraries())
        .extracting(l -> l.name() + " " + l.path())
        .containsExactly(
            "liba.so /opt/p/liba.so",
            musl + " " + musl,
            "libb.so /opt/p/libb.so",
            "libd.so /opt/more/libd.so");
    assertThat(ask("/bin/p").libraries().get(2).reason()).isEqualTo("RUNPATH /opt/p of /bin/p");
    assertThat(ask("/bin/p").libraries().get(3).reason())
        .isEqualTo("found through /etc/ld-musl-x86_64.path in /opt/more");
  }

  @Test
  void aMuslProgramWithoutAPathFileSearchesTheBuiltInDirectories() throws IOException {
    String musl = "/lib/ld-musl-x86_64.so.1";
    host.file(musl, ElfImage.x86().bytes());
    host.file("/bin/p", ElfImage.x86().interpreter(musl).needed("liba.so").bytes());
    library("/usr/local/lib/liba.so");
    library("/usr/lib/liba.so");
    assertThat(ask("/bin/p").libraries().getFirst().path()).isEqualTo("/usr/local/lib/liba.so");
  }

  @Test
  void theOldCacheFormatIsReadAndAHostileOneIsHarmless() throws IOException {
    host.file(
        "/etc/ld.so.cache", new LdSoCacheImage().add(3, "liba.so", "/o/liba.so", 0).oldBytes());
    host.file("/o/liba.so", ElfImage.of(false, false, 3).bytes());
    host.file("/lib/ld-linux.so.2", ElfImage.of(false, false, 3).bytes());
    host.file(
        "/bin/p",
        ElfImage.of(false, false, 3).interpreter("/lib/ld-linux.so.2").needed("liba.so").bytes());
    assertThat(ask("/bin/p").libraries().getFirst().path()).isEqualTo("/o/liba.so");
    host.file("/etc/ld.so.cache", "glibc-ld.so.cache1.1" + "\u007F".repeat(200));
    assertThat(ask("/bin/p").libraries().getFirst().path()).isNull();
  }
}
