package brig.web.fastcgi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What bench/fuzz runs: records of an application server from arbitrary bytes. Only a {@link
 * FastCgiException} may leave the reader, no piece is longer than what came, and arriving in pieces
 * must not change what is understood.
 */
public final class FastCgiFuzz {
  private FastCgiFuzz() {}

  /** Jazzer's entry: the first byte says how large the pieces are. */
  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    String pieces = read(rest, 1 + (bytes[0] & 0xFF));
    String whole = read(rest, rest.length + 1);
    if (!pieces.equals(whole)) {
      throw new IllegalStateException("in pieces: " + pieces + " and not " + whole);
    }
  }

  private static String read(byte[] bytes, int piece) throws IOException {
    RecordReader reader = new RecordReader(1);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    RecordSink sink =
        new RecordSink() {
          @Override
          public void output(ByteBuffer said) {
            put(said, output);
          }

          @Override
          public void error(ByteBuffer said) {
            put(said, errors);
          }
        };
    String end = "more, between " + reader.isBetweenRecords();
    int left = bytes.length;
    try {
      for (int at = 0; at < bytes.length; at += piece) {
        ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
        boolean ended = reader.read(in, sink);
        end = "more, between " + reader.isBetweenRecords();
        if (ended) {
          left = bytes.length - in.position();
          end = "ended with " + left + " left";
          break;
        }
      }
    } catch (FastCgiException e) {
      end = String.valueOf(e.getMessage());
    }
    if (output.size() + errors.size() > bytes.length) {
      throw new IllegalStateException("more was understood than was said");
    }
    return end + " " + Arrays.hashCode(output.toByteArray()) + " " + errors;
  }

  private static void put(ByteBuffer said, ByteArrayOutputStream to) {
    while (said.hasRemaining()) {
      to.write(said.get());
    }
  }

  /** Writes what to begin with into a directory. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    byte[] text = "Content-Type: text/plain\n\nhello".getBytes(StandardCharsets.US_ASCII);
    byte[] answer =
        RecordTest.join(
            RecordTest.record(6, 1, text, 3),
            RecordTest.record(7, 1, "a warning".getBytes(StandardCharsets.US_ASCII), 0),
            RecordTest.record(6, 1, new byte[0], 0),
            RecordTest.record(3, 1, new byte[8], 0));
    for (int piece : new int[] {0, 7, 255}) {
      byte[] seed = new byte[1 + answer.length];
      seed[0] = (byte) piece;
      System.arraycopy(answer, 0, seed, 1, answer.length);
      Files.write(directory.resolve("seed" + piece), seed);
    }
  }
}
