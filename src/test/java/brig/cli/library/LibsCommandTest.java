package brig.cli.library;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Main;
import brig.cli.command.Context;
import brig.cli.host.LiveHost;
import brig.testing.ElfImage;
import brig.testing.Gcc;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real programs, held against what their loader says or does. */
class LibsCommandTest {
  private static final String INTERPRETER = "/lib64/ld-linux-x86-64.so.2";
  private static final String MUSL = "/lib/ld-musl-x86_64.so.1";

  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int brig(String... arguments) {
    out.reset();
    err.reset();
    Context context =
        Context.of(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            new LiveHost(),
            false,
            Main::run);
    return Main.run(arguments, context);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** The loader's own list, without addresses and without the vDSO. */
  private static String listed(String interpreter, Path file) throws IOException {
    return Gcc.run(List.of(interpreter, "--list", file.toString()), Map.of())
        .replaceAll("(?m)^\tlinux-vdso.*\n", "")
        .replaceAll(" \\(0x[0-9a-f]+\\)", "");
  }

  @Test
  void aProgramsLibrariesAreListedAsLddDoes() throws IOException {
    assertThat(brig("libs", "/bin/ls")).isZero();
    assertThat(out()).isEqualTo(listed(INTERPRETER, Path.of("/bin/ls")));
    assertThat(err()).isEmpty();
  }

  @Test
  void severalFilesAreHeadedByTheirNames() {
    assertThat(brig("libs", "/bin/true", "/bin/false")).isZero();
    assertThat(out()).startsWith("/bin/true:\n\tlibc.so.6 => ").contains("\n/bin/false:\n\tlibc");
  }

  @Test
  void aRelativePathIsTakenFromTheWorkingDirectory() {
    assertThat(brig("libs", "../../../../../../../../bin/true")).isZero();
    assertThat(out()).contains("libc.so.6 => ");
  }

  @Test
  void aMissingLibraryIsSaidAndTheStatusIsOne() throws IOException {
    Path library = Gcc.library(dir.resolve("libgone.so"), "int gone(void) { return 1; }");
    Path program =
        Gcc.compile(
            dir.resolve("p"),
            "int gone(void); int main(void) { return gone(); }",
            "-L" + dir,
            "-lgone");
    Files.delete(library);
    assertThat(brig("libs", program.toString())).isEqualTo(1);
    assertThat(out()).contains("\tlibgone.so => not found\n").contains("\tlibc.so.6 => /");
  }

  @Test
  void staticProgramsAreSaidToBeStatic() throws IOException {
    String source = "int main(void) { return 0; }";
    Path fixed = Gcc.compile(dir.resolve("static"), source, "-static");
    Path pie = Gcc.compile(dir.resolve("pie"), source, "-static-pie");
    assertThat(brig("libs", fixed.toString())).isZero();
    assertThat(out()).isEqualTo("\tstatically linked\n");
    assertThat(brig("libs", pie.toString())).isZero();
    assertThat(out()).isEqualTo("\tstatically linked\n");
    assertThat(brig("libs", "--json", fixed.toString())).isZero();
    assertThat(out()).contains("\"interpreter\" : null").contains("\"libraries\" : [ ]");
  }

  @Test
  void everyFileThatIsNoElfFileIsReportedWithItsKind() throws IOException {
    Path script = Files.writeString(dir.resolve("script"), "#!/bin/sh -e\n");
    Path text = Files.writeString(dir.resolve("text"), "hello\n");
    Path empty = Files.createFile(dir.resolve("empty"));
    Path arm = dir.resolve("arm");
    Files.write(arm, ElfImage.of(true, false, 243).program().bytes());
    Path cut = dir.resolve("cut");
    Files.write(cut, java.util.Arrays.copyOf(ElfImage.x86().bytes(), 100));
    Path loop = Files.createSymbolicLink(dir.resolve("loop"), Path.of("loop"));
    int status =
        brig(
            "libs",
            script + "",
            text + "",
            "/none",
            empty + "",
            arm + "",
            cut + "",
            dir + "",
            loop + "",
            "/bin/true");
    assertThat(status).isEqualTo(100);
    assertThat(err().lines())
        .containsExactly(
            "brig: cannot list the libraries of " + script + ": a script (#!/bin/sh -e).",
            "brig: cannot list the libraries of " + text + ": not an ELF file.",
            "brig: cannot list the libraries of /none: there is no such file.",
            "brig: cannot list the libraries of " + empty + ": an empty file.",
            "brig: cannot list the libraries of "
                + arm
                + ": an ELF file, but no program or library of this machine (x86_64).",
            "brig: cannot list the libraries of "
                + cut
                + ": a damaged ELF file: program header table lies beyond the end of the file.",
            "brig: cannot list the libraries of " + dir + ": a directory.",
            "brig: cannot list the libraries of " + loop + ": a link that leads nowhere.");
    assertThat(out()).startsWith("/bin/true:\n\tlibc.so.6 => ");
  }

  @Test
  void jsonHasTheDocumentedKeys() throws IOException {
    assertThat(brig("libs", "--json", "/bin/true", "/none")).isEqualTo(100);
    try (JsonParser json = new JsonFactory().createParser(out())) {
      while (json.nextToken() != null) {} // it is JSON
    }
    assertThat(out().replaceAll("\\s+", ""))
        .startsWith(
            "{\"files\":[{\"file\":\"/bin/true\",\"interpreter\":\""
                + INTERPRETER
                + "\",\"libraries\":[{\"name\":\"libc.so.6\",\"path\":\"/lib/x86_64-linux-gnu/"
                + "libc.so.6\",\"reason\":\"foundinld.so.cache\"},")
        .endsWith(
            "{\"file\":\"/none\",\"interpreter\":null,\"libraries\":[],"
                + "\"problem\":\"thereisnosuchfile\"}]}");
  }

  @Test
  void case12_anExecutablesRpathWithOriginIsWhatLoadsAPluginsLibrary() throws IOException {
    Path inner = Gcc.library(dir.resolve("app/lib/libinner.so"), "int inner(void) { return 7; }");
    Path plugin =
        Gcc.library(
            dir.resolve("app/plugin.so"),
            "int inner(void); int f(void) {return inner();}",
            "-L" + inner.getParent(),
            "-linner");
    Path program =
        Gcc.compile(
            dir.resolve("app/bin/p"),
            "#include <dlfcn.h>\nint main(void) { return dlopen(\""
                + plugin
                + "\", RTLD_NOW) ? 0 : 1; }",
            "-Wl,--disable-new-dtags,-rpath,$ORIGIN/../lib");
    Gcc.run(List.of(program.toString()), Map.of());
    var libraries =
        new brig.plan.loader.Loader(new LiveHost())
            .librariesOf(plugin.toString(), List.of(program.toString()));
    assertThat(libraries).isNotNull();
    assertThat(libraries.libraries().getFirst().path())
        .isEqualTo(dir.toRealPath() + "/app/bin/../lib/libinner.so");
    assertThat(brig("libs", plugin.toString())).as("ldd says the same").isEqualTo(1);
  }

  @Test
  void case14_aLibraryOfMode0644IsALibrary() throws IOException {
    Path library = Gcc.library(dir.resolve("libplain.so"), "int plain(void) { return 1; }");
    Path program =
        Gcc.compile(
            dir.resolve("p"),
            "int plain(void); int main(void) { return plain() - 1; }",
            "-L" + dir,
            "-lplain",
            "-Wl,-rpath," + dir);
    Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(brig("libs", program.toString())).isZero();
    assertThat(out()).isEqualTo(listed(INTERPRETER, program)).contains(" => " + library + "\n");
    assertThat(brig("libs", library.toString())).isZero();
  }

  @Test
  void case15_theVariantForThisProcessorIsTheOneThatTheLoaderTakes() throws IOException {
    String source = "int fast(void) { return 0; }";
    Path library = Gcc.library(dir.resolve("libfast.so"), source);
    for (String level : List.of("x86-64-v2", "x86-64-v3", "x86-64-v4")) {
      Gcc.library(dir.resolve("glibc-hwcaps/" + level + "/libfast.so"), source);
    }
    Path program =
        Gcc.compile(
            dir.resolve("p"),
            "int fast(void); int main(void) { return fast(); }",
            "-L" + dir,
            "-lfast",
            "-Wl,-rpath," + dir);
    assertThat(brig("libs", program.toString())).isZero();
    assertThat(out()).isEqualTo(listed(INTERPRETER, program));
    assertThat(brig("libs", "--json", program.toString())).isZero();
    assertThat(out())
        .contains(library + "\"")
        .contains("glibc-hwcaps/x86-64-v2/libfast.so")
        .contains("glibc-hwcaps/x86-64-v3/libfast.so")
        .contains("glibc-hwcaps/x86-64-v4/libfast.so");
  }

  @Test
  void case16_aMuslProgramIsAnsweredForAsItsOwnLoaderDoes() throws IOException {
    Path deep = Gcc.library(dir.resolve("libdeep.so"), "int deep(void){return 1;}", "-nostdlib");
    Path library =
        Gcc.library(
            dir.resolve("libouter.so"),
            "int deep(void); int outer(void) { return deep(); }",
            "-nostdlib",
            "-L" + dir,
            "-ldeep");
    Path program =
        Gcc.compile(
            dir.resolve("p"),
            "int outer(void); void _start(void) { for (;;) outer(); }",
            "-nostdlib",
            "-pie",
            "-L" + dir,
            "-louter",
            "-ldeep",
            "-L/usr/lib/x86_64-linux-musl",
            "-l:libc.so",
            "-Wl,--no-as-needed,-rpath,$ORIGIN,-dynamic-linker," + MUSL);
    assertThat(brig("libs", program.toString())).isZero();
    String theirs =
        listed(MUSL, program).replace("libc.so => " + MUSL + "\n", "").replace("\t" + MUSL, "");
    assertThat(out().lines().filter(line -> !line.equals("\t" + MUSL)))
        .containsExactlyElementsOf(theirs.lines().filter(line -> !line.isBlank()).toList())
        .contains("\tlibouter.so => " + library, "\tlibdeep.so => " + deep);
  }

  @Test
  void case17_theCallersLdLibraryPathDoesNotDecide() throws IOException {
    Path decoy = Files.createDirectories(dir.resolve("decoy"));
    Files.copy(Path.of("/lib/x86_64-linux-gnu/libc.so.6"), decoy.resolve("libc.so.6"));
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    String told =
        Gcc.run(
            List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "brig.cli.Main",
                "libs",
                "/bin/true"),
            Map.of("LD_LIBRARY_PATH", decoy.toString()));
    assertThat(told).contains("\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6\n");
  }
}
