package brig.hole.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What bench/fuzz runs: frames, requests and the FIFO door's lines from arbitrary bytes. Only a
 * {@link WireException} may leave them; what was understood must survive being written and read
 * again, and arriving in pieces must not change what is understood.
 */
public final class WireFuzz {
  private static final Caps CAPS = new Caps(8, 4096, 4, 100_000);

  private WireFuzz() {}

  /** Jazzer's entry: the first byte chooses the reader and how large the pieces are. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    int piece = 1 + (bytes[0] >> 2 & 0x3F) * 17;
    byte[] rest = java.util.Arrays.copyOfRange(bytes, 1, bytes.length);
    switch (bytes[0] & 3) {
      case 0 -> {
        require(client(rest, piece).equals(client(rest, rest.length + 1)), "client in pieces");
      }
      case 1 -> require(server(rest, piece).equals(server(rest, rest.length + 1)), "server");
      case 2 -> require(lines(rest, piece).equals(lines(rest, rest.length + 1)), "lines");
      default -> require(input(rest).equals(input(rest)), "input");
    }
  }

  private static void require(boolean good, String what) {
    if (!good) {
      throw new IllegalStateException(what);
    }
  }

  /** All that was understood, then how it ended. */
  private static List<String> client(byte[] bytes, int piece) {
    List<String> seen = new ArrayList<>();
    FrameDecoder decoder = new FrameDecoder();
    RequestReader reader = new RequestReader(CAPS);
    try {
      for (int at = 0; at < bytes.length; at += piece) {
        ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
        for (Frame frame = decoder.next(in); frame != null; frame = decoder.next(in)) {
          ClientFrame said = ClientFrame.of(frame);
          require(said.frame().equals(frame), "a client's frame is written as it was read");
          require(said.type() == frame.type(), "type");
          reader.accept(said);
          seen.add(frame.type() + " " + frame.payload().hashCode());
        }
      }
      decoder.end();
    } catch (WireException e) {
      seen.add(text(e));
    }
    Request request = reader.request();
    if (request != null) {
      require(request.values().size() <= CAPS.values(), "values");
      int input = 0;
      for (Request.Section section : request.sections()) {
        input += section.bytes().length();
      }
      require(input <= CAPS.inputBytes() && request.sections().size() <= 4, "input");
    }
    return seen;
  }

  private static List<String> server(byte[] bytes, int piece) {
    List<String> seen = new ArrayList<>();
    FrameDecoder decoder = new FrameDecoder();
    try {
      for (int at = 0; at < bytes.length; at += piece) {
        ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
        for (Frame frame = decoder.next(in); frame != null; frame = decoder.next(in)) {
          ServerFrame said = ServerFrame.of(frame);
          require(
              ServerFrame.of(said.frame()).frame().equals(said.frame()),
              "a listener's frame again");
          seen.add(frame.type() + " " + frame.payload().hashCode());
        }
      }
    } catch (WireException e) {
      seen.add(text(e));
    }
    return seen;
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

  private static String input(byte[] bytes) {
    try {
      Request request = new FifoInput("job", 2, CAPS).next(ByteBuffer.wrap(bytes));
      return request == null ? "none" : request.values() + " " + request.sections();
    } catch (WireException e) {
      return text(e);
    }
  }

  private static String text(WireException e) {
    String text = String.valueOf(e.getMessage());
    for (int i = 0; i < text.length(); i++) {
      require(text.charAt(i) >= 0x20 && text.charAt(i) < 0x7F, "an error that cannot be printed");
    }
    return text;
  }

  /** Writes what to begin with into a directory. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    String client =
        "V 1\n"
            + "1J 6\n"
            + "reportT 16\n"
            + "0123456789abcdefL 2\n"
            + "frA 9\n"
            + "year=2026I 3\n"
            + "abcZ 3\n"
            + "docZ 0\n"
            + "G 0\n"
            + "C 0\n";
    String server =
        "Q 1\n3P 9\n1 startedO 3\nabcE 1\nxW 6\nyear=xF 2\n{}N 16\n0123456789abcdefP 9\n1 ended 0"
            + "X 20\n100 0 invalid a word";
    String lines = "report r01\nreport ../x\n" + "x".repeat(5000) + "\nreport r02.in\n";
    String input = "year=2026\n@language=fr\n%%\none\n\n%%\n\n%%\n";
    String describe = "V 1\n1J 1\naD 12\nhtml checked";
    int number = 0;
    for (String seed :
        List.of("\0" + client, "\1" + server, "\2" + lines, "\3" + input, "\0" + describe)) {
      Files.write(directory.resolve("seed" + number), seed.getBytes(StandardCharsets.ISO_8859_1));
      number++;
    }
  }
}
