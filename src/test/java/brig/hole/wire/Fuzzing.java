package brig.hole.wire;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the fuzz targets of the hole's doors have in common. */
final class Fuzzing {
  /** Smaller than the listener's, so that an input of the fuzzer's can reach them. */
  static final Caps CAPS = new Caps(8, 4096, 4, 100_000);

  /**
   * What reading may take for each byte that came, and in all: buffers that double, each byte in a
   * frame of its own, the comparison with a second reading. A length that is only announced, such
   * as 99999999, would be far beyond it.
   */
  private static final long ALLOCATED_PER_BYTE = 1024;

  private static final long ALLOCATED_AT_ALL = 1 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Fuzzing() {}

  static void require(boolean good, String what) {
    if (!good) {
      throw new IllegalStateException(what);
    }
  }

  /** Reads, and looks at what that has allocated. */
  static void within(int length, Runnable reading) {
    long most = ALLOCATED_AT_ALL + ALLOCATED_PER_BYTE * length;
    if (allocated(reading) > most) {
      // The first time the fuzzer instruments classes on this thread: what counts is the second.
      long allocated = allocated(reading);
      require(allocated <= most, length + " bytes made it allocate " + allocated);
    }
  }

  private static long allocated(Runnable reading) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    reading.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  static String text(WireException e) {
    String text = String.valueOf(e.getMessage());
    for (int i = 0; i < text.length(); i++) {
      require(text.charAt(i) >= 0x20 && text.charAt(i) < 0x7F, "an error that cannot be printed");
    }
    return text;
  }

  /** Writes what to begin with into a directory. */
  static void seeds(String directory, List<String> seeds) throws IOException {
    Path into = Files.createDirectories(Path.of(directory));
    int number = 0;
    for (String seed : seeds) {
      Files.write(into.resolve("seed" + number), seed.getBytes(StandardCharsets.ISO_8859_1));
      number++;
    }
  }
}
