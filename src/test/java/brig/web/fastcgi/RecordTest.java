package brig.web.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordTest {
  private static final byte[] END = {0, 0, 0, 0, 0, 0, 0, 0};

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream error = new ByteArrayOutputStream();

  private final RecordSink sink =
      new RecordSink() {
        @Override
        public void output(ByteBuffer bytes) {
          copy(bytes, output);
        }

        @Override
        public void error(ByteBuffer bytes) {
          copy(bytes, error);
        }
      };

  private static void copy(ByteBuffer from, ByteArrayOutputStream to) {
    byte[] piece = new byte[from.remaining()];
    from.get(piece);
    to.writeBytes(piece);
  }

  static byte[] record(int type, int request, byte[] content, int padding) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(1);
    out.write(type);
    out.write(request >> 8);
    out.write(request);
    out.write(content.length >> 8);
    out.write(content.length);
    out.write(padding);
    out.write(0);
    out.writeBytes(content);
    out.writeBytes(new byte[padding]);
    return out.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void anAnswerIsReadHoweverItsBytesArrive() throws IOException {
    byte[] all =
        join(
            record(6, 1, text("Content-Type: text/plain\r\n\r\n"), 3),
            record(7, 1, text("a warning"), 7),
            record(6, 1, new byte[0], 0),
            record(6, 1, text("body"), 0),
            record(3, 1, END, 0));
    for (int step = 1; step <= all.length; step++) {
      output.reset();
      error.reset();
      RecordReader reader = new RecordReader(1);
      boolean ended = false;
      for (int at = 0; at < all.length; at += step) {
        assertThat(ended).isFalse();
        ended = reader.read(ByteBuffer.wrap(all, at, Math.min(step, all.length - at)), sink);
      }
      assertThat(ended).isTrue();
      assertThat(output.toString(StandardCharsets.ISO_8859_1))
          .isEqualTo("Content-Type: text/plain\r\n\r\nbody");
      assertThat(error.toString(StandardCharsets.ISO_8859_1)).isEqualTo("a warning");
    }
  }

  @Test
  void whatComesAfterTheEndIsLeft() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(join(record(3, 1, END, 5), text("more")));
    assertThat(new RecordReader(1).read(bytes, sink)).isTrue();
    assertThat(bytes.remaining()).isEqualTo(4);
  }

  @Test
  void whatIsNoRecordOfTheRequestIsRefused() {
    Map<String, byte[]> wrong = new LinkedHashMap<>();
    wrong.put("not of FastCGI 1", text("HTTP/1.1 200 OK\r\n"));
    wrong.put("a request that was not made", record(6, 2, text("x"), 0));
    wrong.put("a record of the type 1", record(1, 1, END, 0));
    wrong.put("an end of 7 bytes", record(3, 1, new byte[7], 0));
    wrong.put("it is overloaded", record(3, 1, new byte[] {0, 0, 0, 0, 2, 0, 0, 0}, 0));
    wrong.put("it cannot multiplex", record(3, 1, new byte[] {0, 0, 0, 0, 1, 0, 0, 0}, 0));
    wrong.put("does not know a type", record(11, 0, END, 0));
    wrong.forEach(
        (message, bytes) ->
            assertThatThrownBy(() -> new RecordReader(1).read(ByteBuffer.wrap(bytes), sink))
                .as(message)
                .isInstanceOf(FastCgiException.class)
                .hasMessageContaining(message));
  }

  @Test
  void arbitraryBytesAreReadOrRefused() throws IOException {
    Random random = new Random(6);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      if (bytes.length > 8 && random.nextInt(4) != 0) {
        bytes[0] = 1;
        bytes[1] = (byte) (random.nextBoolean() ? 6 : random.nextBoolean() ? 3 : 7);
        bytes[2] = 0;
        bytes[3] = 1;
        bytes[4] = 0;
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      try {
        boolean ended = new RecordReader(1).read(buffer, sink);
        assertThat(ended || !buffer.hasRemaining()).isTrue();
      } catch (FastCgiException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void aRequestIsLaidOutAsTheSpecificationSays() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("A", "b");
    variables.put("LONG", "x".repeat(300));
    byte[] begin = bytes(RecordWriter.begin(1, true, variables));
    byte[] pairs =
        join(
            new byte[] {1, 1},
            text("Ab"),
            new byte[] {4, (byte) 0x80, 0, 1, 44},
            text("LONG" + "x".repeat(300)));
    assertThat(begin)
        .isEqualTo(
            join(
                record(1, 1, new byte[] {0, 1, 1, 0, 0, 0, 0, 0}, 0),
                record(4, 1, pairs, 0),
                record(4, 1, new byte[0], 0)));
  }

  @Test
  void variablesOverOneRecordAreParted() {
    byte[] begin = bytes(RecordWriter.begin(1, false, Map.of("N", "v".repeat(150_000))));
    int at = 16;
    int total = 0;
    int records = 0;
    while (at < begin.length) {
      int length = (begin[at + 4] & 0xFF) << 8 | (begin[at + 5] & 0xFF);
      assertThat(begin[at + 1]).isEqualTo((byte) 4);
      total += length;
      records++;
      at += 8 + length;
    }
    assertThat(at).isEqualTo(begin.length);
    assertThat(total).isEqualTo(1 + 4 + 1 + 150_000);
    assertThat(records).isEqualTo(4);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
