package brig.hole.wire;

import static brig.hole.wire.Fuzzing.CAPS;
import static brig.hole.wire.Fuzzing.require;
import static brig.hole.wire.Fuzzing.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What bench/fuzz runs as "fifo": the FIFO door's lines, and the input that comes by a pipe, from
 * arbitrary bytes. The same holds as for {@link WireFuzz}.
 */
public final class FifoFuzz {
  private FifoFuzz() {}

  /** Jazzer's entry: the first byte chooses the reader and how large the pieces are. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    int piece = 1 + (bytes[0] >> 1 & 0x7F) * 33;
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    Fuzzing.within(
        rest.length,
        () -> {
          if ((bytes[0] & 1) == 0) {
            require(lines(rest, piece).equals(lines(rest, rest.length + 1)), "lines in pieces");
          } else {
            String whole = input(rest, rest.length + 1);
            // What follows the last section is told only where it comes with it.
            require(
                whole.contains("follows") || whole.equals(input(rest, piece)), "input in pieces");
          }
        });
  }

  private static List<String> lines(byte[] bytes, int piece) {
    List<String> seen = new ArrayList<>();
    FifoLines lines = new FifoLines();
    for (int at = 0; at < bytes.length; at += piece) {
      ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
      for (Bytes line = lines.next(in); line != null; line = lines.next(in)) {
        require(line.length() < FifoCall.MAX_LINE, "a line's length");
        try {
          FifoCall call = FifoCall.parse(line);
          require(call.reply().indexOf('/') < 0 && !call.reply().startsWith("."), "a reply's name");
          seen.add(call.toString());
        } catch (WireException e) {
          seen.add(text(e));
        }
      }
    }
    seen.add(Long.toString(lines.dropped()));
    return seen;
  }

  private static String input(byte[] bytes, int piece) {
    try {
      FifoInput input = new FifoInput("job", 2, CAPS);
      for (int at = 0; at < bytes.length; at += piece) {
        ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
        Request request = input.next(in);
        if (request != null) {
          int size = 0;
          for (Request.Section section : request.sections()) {
            size += section.bytes().length();
          }
          require(request.values().size() <= CAPS.values(), "values");
          require(size <= CAPS.inputBytes() && request.sections().size() <= 4, "input");
          return request.values() + " " + request.sections();
        }
      }
      return "none";
    } catch (WireException e) {
      return text(e);
    }
  }

  /** Writes what to begin with into a directory. */
  public static void main(String[] arguments) throws IOException {
    String lines = "report r01\nreport ../x\n" + "x".repeat(5000) + "\nreport r02.in\n";
    String input = "year=2026\n@language=fr\n%%\none\n\n%%\n\n%%\n";
    String describe = "@describe=html checked\nyear=2026\n%%\n";
    Fuzzing.seeds(arguments[0], List.of("\0" + lines, "\1" + input, "\1" + describe));
  }
}
