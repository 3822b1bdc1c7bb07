package brig.plan.loader;

import brig.elf.ByteSource;
import brig.elf.ElfException;
import brig.elf.ElfFile;
import brig.elf.SymbolSearch;
import brig.testing.ElfImage;
import brig.testing.LdSoCacheImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What bench/fuzz runs: the readers of ELF files, of ld.so.cache and of .note.dlopen on arbitrary
 * bytes. Only an {@link ElfException} may leave them.
 */
public final class LoaderFuzz {
  private static final int SEED_MOST = 48 * 1024;

  private LoaderFuzz() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    boolean elf = bytes.length > 3 && bytes[0] == 0x7F && bytes[1] == 'E';
    if (elf) {
      readElf(bytes);
      searchSymbols(bytes);
    } else if (bytes.length > 0 && bytes[0] == '[') {
      readElf(ElfImage.x86().note("FDO", 0x407C0C0A, bytes).bytes());
    } else {
      readCache(bytes);
    }
  }

  private static void readElf(byte[] bytes) throws IOException {
    try {
      ElfFile.read(ByteSource.of(bytes));
    } catch (ElfException e) {
      requireReason(e);
    }
  }

  private static void searchSymbols(byte[] bytes) throws IOException {
    for (String name : List.of("malloc", "__cxa_finalize", "i")) {
      try {
        SymbolSearch.find(ByteSource.of(bytes), name);
      } catch (ElfException e) {
        requireReason(e);
      }
    }
  }

  private static void readCache(byte[] bytes) {
    LdSoCache cache = LdSoCache.parse(bytes);
    if (cache != null) {
      cache.lookUp("libc.so.6");
      cache.lookUp("lib0.so.00009999999999999999999");
      int[] count = new int[1];
      cache.forEach(
          entry -> {
            if (count[0]++ < 20) {
              cache.lookUp(entry.name());
            }
          });
    }
  }

  private static void requireReason(ElfException e) {
    if (e.getMessage() == null || e.getMessage().isBlank()) {
      throw new IllegalStateException("no reason is given", e);
    }
  }

  /** Writes files to begin with: small ones of this machine, and some that it lacks. */
  public static void main(String[] arguments) throws IOException {
    Path seeds = Path.of(arguments[0]);
    Files.createDirectories(seeds);
    int count = 0;
    for (Path file : smallElfFiles()) {
      Files.copy(file, seeds.resolve("host-" + count++));
    }
    for (boolean wide : new boolean[] {true, false}) {
      for (boolean big : new boolean[] {true, false}) {
        byte[] image =
            ElfImage.of(wide, big, 62)
                .program()
                .soname("liba.so")
                .needed("libb.so", "libc.so.6")
                .rpath("$ORIGIN/../lib:/opt")
                .abiTag(0, 3, 2, 0)
                .dlopenNote("[{\"soname\":[\"libd.so\"],\"priority\":\"required\"}]")
                .bytes();
        Files.write(seeds.resolve("image-" + count++), image);
      }
    }
    Files.write(
        seeds.resolve("note"),
        "[{\"soname\":[\"liba.so.2\",\"liba.so.1\"],\"feature\":\"f\",\"priority\":\"suggested\"}]"
            .getBytes(StandardCharsets.UTF_8));
    LdSoCacheImage cache =
        new LdSoCacheImage()
            .addVariant("libc.so.6", "/lib/glibc-hwcaps/x86-64-v3/libc.so.6", "x86-64-v3")
            .add("libc.so.6", "/lib/libc.so.6")
            .add(3, "lib0.so.1", "/lib/lib0.so.1", 0);
    Files.write(seeds.resolve("cache-new"), cache.bytes());
    Files.write(seeds.resolve("cache-old"), cache.oldBytes());
    Path own = Path.of("/etc/ld.so.cache");
    if (Files.isReadable(own)) {
      byte[] bytes = Files.readAllBytes(own);
      Files.write(seeds.resolve("cache-host"), Arrays.copyOf(bytes, Math.min(bytes.length, 65536)));
    }
  }

  /** The smallest file of each size class in the places where programs and libraries are. */
  private static List<Path> smallElfFiles() throws IOException {
    TreeMap<Long, Path> bySize = new TreeMap<>();
    for (String place : List.of("/usr/bin", "/usr/lib/apache2/modules", "/usr/lib")) {
      Path directory = Path.of(place);
      if (!Files.isDirectory(directory)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(directory, 2)) {
        for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
          long size = Files.size(file);
          if (size > 64 && size <= SEED_MOST && isElf(file)) {
            bySize.putIfAbsent(size / 1024, file);
          }
        }
      }
    }
    return List.copyOf(bySize.values());
  }

  private static boolean isElf(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(4), new byte[] {0x7F, 'E', 'L', 'F'});
    } catch (IOException e) {
      return false;
    }
  }
}
