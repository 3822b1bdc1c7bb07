package brig.hole.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What comes through the input pipe of the FIFO door: sections, each ended by a line {@value
 * #SEPARATOR}. The first holds lines {@code NAME=VALUE}, and {@code @language=...}, {@code
 * @token=...} and {@code @describe=...} for what the socket door says with frames of their own; each
 * that follows is one input section, as it is but for the newline before its separator. How many there must be is the job's to say;
 * less than that, and the request is not whole; a description takes the first alone. Not for several threads at once.
 */
public final class FifoInput {
  /** The line that ends a section. */
  public static final String SEPARATOR = "%%";

  private static final Bytes NEWLINE = Bytes.of("\n");
  private static final int MAX_VALUE_LINE = Frame.MAX_PAYLOAD - 1;

  private final String job;
  private final int wanted;
  private final RequestReader reader;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
  private @Nullable Description describe;
  private int done;
  private boolean lineWasCut;
  private boolean newlineHeld;

  /**
   * @param files how many input sections the job has: its fields of type file
   */
  public FifoInput(String job, int files, Caps caps) throws WireException {
    this.job = job;
    this.wanted = files + 1;
    reader = new RequestReader(caps);
    reader.accept(new ClientFrame.Version(ClientFrame.VERSION));
    reader.accept(new ClientFrame.Job(job));
  }

  /**
   * Takes some bytes; the request once it is whole, null before.
   *
   * @throws WireException what came is no input for this job
   */
  public @Nullable Request next(ByteBuffer in) throws WireException {
    while (in.hasRemaining()) {
      byte found = in.get();
      line.write(found);
      boolean ended = found == '\n';
      if (!ended && line.size() <= MAX_VALUE_LINE) {
        continue;
      }
      if (!ended && done == 0) {
        throw new WireException(new WireError.TooMuch("bytes of a line", MAX_VALUE_LINE));
      }
      if (ended && !lineWasCut && isSeparator()) {
        line.reset();
        done++;
        if (done > 1) {
          newlineHeld = false;
          reader.accept(new ClientFrame.EndOfSection(""));
        }
        if (done == wanted || describe != null) {
          if (in.hasRemaining()) {
            throw new WireException(
                new WireError.BadLine("follows the last of the sections of " + job));
          }
          return finish();
        }
        continue;
      }
      take();
      lineWasCut = !ended;
    }
    return null;
  }

  private Request finish() throws WireException {
    reader.accept(describe == null ? new ClientFrame.Go() : new ClientFrame.Describe(describe));
    Request request = reader.request();
    if (request == null) {
      throw new IllegalStateException("a request without an end");
    }
    return request;
  }

  private boolean isSeparator() {
    byte[] bytes = line.toByteArray();
    return bytes.length == 3 && bytes[0] == '%' && bytes[1] == '%';
  }

  private void take() throws WireException {
    byte[] bytes = line.toByteArray();
    line.reset();
    if (done > 0) {
      input(bytes);
      return;
    }
    byte[] text = new byte[bytes.length - 1];
    System.arraycopy(bytes, 0, text, 0, text.length);
    if (text.length > 0 && text[0] == '@') {
      said(new String(text, 1, text.length - 1, StandardCharsets.ISO_8859_1));
    } else {
      reader.accept(ClientFrame.of(new Frame('A', Bytes.of(text))));
    }
  }

  /** The newline before a separator belongs to it: so a section may end without one. */
  private void input(byte[] bytes) throws WireException {
    if (newlineHeld) {
      reader.accept(new ClientFrame.Input(NEWLINE));
    }
    newlineHeld = bytes[bytes.length - 1] == '\n';
    int length = newlineHeld ? bytes.length - 1 : bytes.length;
    if (length > 0) {
      reader.accept(new ClientFrame.Input(Bytes.of(Arrays.copyOf(bytes, length))));
    }
  }

  private void said(String text) throws WireException {
    int equals = text.indexOf('=');
    String value = equals < 0 ? "" : text.substring(equals + 1);
    Bytes payload = Bytes.of(value.getBytes(StandardCharsets.ISO_8859_1));
    switch (equals < 0 ? text : text.substring(0, equals)) {
      case "language" -> reader.accept(ClientFrame.of(new Frame('L', payload)));
      case "token" -> reader.accept(ClientFrame.of(new Frame('T', payload)));
      case "describe" -> {
        if (ClientFrame.of(new Frame('D', payload)) instanceof ClientFrame.Describe wanted) {
          describe = wanted.as();
        }
      }
      default -> throw new WireException(new WireError.BadLine("begins with an unknown @word"));
    }
  }
}
