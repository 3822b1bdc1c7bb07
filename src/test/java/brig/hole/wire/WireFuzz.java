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
 * What bench/fuzz runs as "wire": the socket door's frames and requests, and the listener's frames,
 * from arbitrary bytes. Only a {@link WireException} may leave them; what was understood must
 * survive being written and read again, and arriving in pieces must not change what is understood.
 */
public final class WireFuzz {
  private WireFuzz() {}

  /** Jazzer's entry: the first byte chooses the reader and how large the pieces are. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    int piece = 1 + (bytes[0] >> 1 & 0x7F) * 9;
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    Fuzzing.within(
        rest.length,
        () -> {
          if ((bytes[0] & 1) == 0) {
            require(client(rest, piece).equals(client(rest, rest.length + 1)), "client in pieces");
          } else {
            require(server(rest, piece).equals(server(rest, rest.length + 1)), "server in pieces");
          }
        });
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

  /** Writes what to begin with into a directory. */
  public static void main(String[] arguments) throws IOException {
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
    String describe = "V 1\n1J 1\naD 12\nhtml checked";
    String far = "V 1\n1J 99999999\n";
    Fuzzing.seeds(arguments[0], List.of("\0" + client, "\1" + server, "\0" + describe, "\0" + far));
  }
}
