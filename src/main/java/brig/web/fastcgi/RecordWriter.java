package brig.web.fastcgi;

import brig.linux.FileNames;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** Lays out what is sent to an application server (FastCGI specification, 3.3, 3.4 and 5). */
public final class RecordWriter {
  /** The longest content of a record. */
  public static final int MOST = 65_535;

  private static final int BEGIN_REQUEST = 1;
  private static final int ABORT_REQUEST = 2;
  private static final int PARAMS = 4;
  private static final int STDIN = 5;
  private static final int RESPONDER = 1;
  private static final int KEEP_CONN = 1;
  private static final int LONG_LENGTH = 128;

  private RecordWriter() {}

  /** The header of a piece of the body; an empty piece ends it. */
  public static void stdin(ByteBuffer into, int request, int length) {
    header(into, STDIN, request, length);
  }

  /** Asks that a request be ended early (5.4). */
  public static void abort(ByteBuffer into, int request) {
    header(into, ABORT_REQUEST, request, 0);
  }

  /**
   * The beginning of a request and its variables, as one piece of bytes.
   *
   * @param keep the other side is to leave the connection open afterwards
   */
  public static ByteBuffer begin(int request, boolean keep, Map<String, String> variables) {
    byte[] pairs = new byte[2048];
    int length = 0;
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      byte[] name = FileNames.encode(variable.getKey());
      byte[] value = FileNames.encode(variable.getValue());
      int needed = length + 8 + name.length + value.length;
      if (needed > pairs.length) {
        pairs = Arrays.copyOf(pairs, Math.max(needed, 2 * pairs.length));
      }
      length = length(pairs, length, name.length);
      length = length(pairs, length, value.length);
      System.arraycopy(name, 0, pairs, length, name.length);
      System.arraycopy(value, 0, pairs, length + name.length, value.length);
      length += name.length + value.length;
    }
    int records = (length + MOST - 1) / MOST + 1;
    ByteBuffer out = ByteBuffer.allocate(2 * RecordReader.HEADER + length + 8 * records);
    header(out, BEGIN_REQUEST, request, 8);
    out.put((byte) 0).put((byte) RESPONDER).put((byte) (keep ? KEEP_CONN : 0));
    out.put(new byte[5]);
    for (int at = 0; at < length; at += MOST) {
      int piece = Math.min(MOST, length - at);
      header(out, PARAMS, request, piece);
      out.put(pairs, at, piece);
    }
    header(out, PARAMS, request, 0);
    return out.flip();
  }

  /** A request with a body that fits into one record, as one piece of bytes. */
  static ByteBuffer whole(int request, Map<String, String> variables, ByteBuffer body) {
    ByteBuffer begin = begin(request, true, variables);
    ByteBuffer out =
        ByteBuffer.allocate(begin.remaining() + body.remaining() + 2 * RecordReader.HEADER);
    out.put(begin);
    if (body.hasRemaining()) {
      stdin(out, request, body.remaining());
      out.put(body.duplicate());
    }
    stdin(out, request, 0);
    return out.flip();
  }

  private static int length(byte[] into, int at, int value) {
    if (value < LONG_LENGTH) {
      into[at] = (byte) value;
      return at + 1;
    }
    into[at] = (byte) (value >>> 24 | 0x80);
    into[at + 1] = (byte) (value >>> 16);
    into[at + 2] = (byte) (value >>> 8);
    into[at + 3] = (byte) value;
    return at + 4;
  }

  private static void header(ByteBuffer into, int type, int request, int length) {
    into.put((byte) 1).put((byte) type);
    into.put((byte) (request >>> 8)).put((byte) request);
    into.put((byte) (length >>> 8)).put((byte) length);
    into.put((byte) 0).put((byte) 0);
  }
}
