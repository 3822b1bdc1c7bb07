package brig.web.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What bench/fuzz runs: byte ranges. Each must lie within the file, whatever was asked for. */
public final class FileFuzz {
  private FileFuzz() {}

  /** Jazzer's entry: two bytes are the file's size, what follows is the header. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length < 2) {
      return;
    }
    int size = (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
    String header = new String(bytes, 2, bytes.length - 2, StandardCharsets.ISO_8859_1);
    List<Ranges.Range> ranges = Ranges.parse(header, size);
    long all = 0;
    for (Ranges.Range range : ranges == null ? List.<Ranges.Range>of() : ranges) {
      if (range.first() < 0 || range.last() >= size || range.length() < 1) {
        throw new IllegalStateException(range + " of " + size);
      }
      all += range.length();
    }
    if (ranges != null && ranges.size() > 1 && all > size) {
      throw new IllegalStateException(ranges + " are more than the file of " + size);
    }
  }

  /** Writes what to begin with into a directory. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int number = 0;
    for (String seed :
        List.of("bytes=0-1", "bytes=-5", "bytes=5-", "bytes=0-0,2-3,-1", "BYTES= 1-2 , 4-5")) {
      byte[] header = ("\1\0" + seed).getBytes(StandardCharsets.ISO_8859_1);
      Files.write(directory.resolve("seed" + number), header);
      number++;
    }
  }
}
