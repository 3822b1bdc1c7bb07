package brig.plan.loader;

import static org.assertj.core.api.Assertions.assertThat;

import brig.elf.ByteSource;
import brig.elf.ElfException;
import brig.elf.ElfFile;
import brig.testing.HostTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loader's own answer, {@code ld.so --list}, for every dynamic file of the machine. */
@Tag("host")
class LoaderOracleTest {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/usr/lib"));

  /**
   * Detached debug information (gdb's documentation, "Separate Debug Files"): it has the headers of
   * the file that it belongs to, but nothing that they speak of. No loader ever sees it.
   */
  private static final Path NEVER_LOADED = Path.of("/usr/lib/debug");

  /** Where the answers differ, and why; an entry that does not differ any more fails the test. */
  private static final Map<String, String> EXPLAINED = Map.of();

  private final HostTree host = HostTree.ofThisMachine();

  @Test
  void everyDynamicFileOfTheMachineLoadsWhatTheLoaderSays() throws Exception {
    List<String> files = dynamicFiles();
    assertThat(files).hasSizeGreaterThan(100);
    Map<String, Future<List<String>>> oracle = new TreeMap<>();
    Set<String> different = new TreeSet<>();
    List<String> report = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (String file : files) {
        oracle.put(file, workers.submit(() -> askTheLoader(file)));
      }
      Loader loader = new Loader(host);
      for (String file : files) {
        List<String> ours = ours(loader, file);
        List<String> theirs = oracle.get(file).get();
        if (!same(ours, theirs)) {
          different.add(file);
          if (!EXPLAINED.containsKey(file)) {
            report.add(file + "\n  ours:   " + ours + "\n  theirs: " + theirs);
          }
        }
      }
    }
    System.out.println("held against ld.so --list: " + files.size() + " files");
    assertThat(report).isEmpty();
    assertThat(EXPLAINED.keySet()).as("explained, but no longer different").isEqualTo(different);
  }

  /** In the same order, but where a library is missing: only ldd lists anything at all then. */
  private static boolean same(List<String> ours, List<String> theirs) {
    boolean lacking = theirs.stream().anyMatch(line -> line.endsWith(" => null"));
    return lacking ? Set.copyOf(ours).equals(Set.copyOf(theirs)) : ours.equals(theirs);
  }

  private List<String> dynamicFiles() throws IOException {
    List<String> files = new ArrayList<>();
    for (Path place : PLACES) {
      try (Stream<Path> tree = Files.walk(place)) {
        for (Path path : (Iterable<Path>) tree::iterator) {
          if (!path.startsWith(NEVER_LOADED)
              && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
              && isDynamic(path.toString())) {
            files.add(path.toString());
          }
        }
      }
    }
    return files;
  }

  private boolean isDynamic(String path) throws IOException {
    try (ByteSource source = host.open(path)) {
      ElfFile elf = ElfFile.read(source);
      return elf != null
          && elf.machine() == ElfFile.EM_X86_64
          && (elf.type() == ElfFile.ET_DYN || elf.type() == ElfFile.ET_EXEC)
          && elf.dynamic() != null;
    } catch (ElfException e) {
      throw new AssertionError("a file of this machine is not read: " + path, e);
    }
  }

  private static List<String> ours(Loader loader, String file) throws IOException {
    Set<String> lines = new LinkedHashSet<>();
    Libraries libraries = loader.librariesOf(file);
    if (libraries != null) {
      for (Library library : libraries.libraries()) {
        if (!library.optional()) {
          if (library.path() == null && library.name().equals(libraries.interpreter())) {
            return List.of(library.name() + " => null");
          }
          lines.add(library.name() + " => " + library.path());
        }
      }
    }
    return List.copyOf(lines);
  }

  /** The same lines from {@code --list}, without addresses and the vDSO, which is no file. */
  private List<String> askTheLoader(String file) throws IOException, InterruptedException {
    String interpreter;
    try (ByteSource source = host.open(file)) {
      ElfFile elf = ElfFile.read(source);
      interpreter = elf == null ? null : elf.interpreter();
    }
    if (interpreter == null) {
      interpreter = "/lib64/ld-linux-x86-64.so.2";
    }
    if (!Files.exists(Path.of(interpreter))) {
      return List.of(interpreter + " => null"); // execve(2) fails with ENOENT
    }
    List<String> listed = run(List.of(interpreter, "--list", file), Map.of());
    // --list ends at the first library that is not found; what ldd(1) does goes on behind it.
    return !listed.isEmpty() || !interpreter.contains("/ld-linux-")
        ? listed
        : run(List.of(interpreter, file), Map.of("LD_TRACE_LOADED_OBJECTS", "1"));
  }

  private static List<String> run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(Path.of("/").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    process.getOutputStream().close();
    Set<String> lines = new LinkedHashSet<>();
    try (InputStream out = process.getInputStream()) {
      new String(out.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(LoaderOracleTest::line)
          .filter(line -> !line.isEmpty())
          .forEach(lines::add);
    }
    process.waitFor();
    return List.copyOf(lines);
  }

  private static String line(String text) {
    String line = text.strip().replaceFirst(" \\(0x[0-9a-f]+\\)$", "");
    if (line.startsWith("linux-vdso.so.1") || line.equals("statically linked")) {
      return "";
    }
    if (line.endsWith(" => not found")) {
      return line.replace("not found", "null");
    }
    return line.contains(" => ") ? line : line + " => " + line;
  }
}
