package brig.web.fastcgi;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes the records of one request out of the bytes as they come (FastCGI specification, 3.3 and
 * 5.5). A record's content is handed on in pieces, never gathered: nothing grows with what the
 * other side says.
 */
public final class RecordReader {
  static final int HEADER = 8;
  private static final int VERSION = 1;
  static final int END_REQUEST = 3;
  static final int STDOUT = 6;
  static final int STDERR = 7;
  private static final int UNKNOWN_TYPE = 11;
  private static final int END_BODY = 8;

  private final int request;
  private final byte[] header = new byte[HEADER];
  private int headerLength;
  private final byte[] end = new byte[END_BODY];
  private int endLength;
  private int type;
  private int content;
  private int padding;
  private boolean ended;

  /**
   * @param request the number of the request that the connection carries
   */
  public RecordReader(int request) {
    this.request = request;
  }

  /**
   * Reads until the bytes or the request are at their end.
   *
   * @return true when the request has ended; bytes that are left then belong to no request
   * @throws FastCgiException when these are no such records, or the other side refuses
   */
  public boolean read(ByteBuffer bytes, RecordSink sink) throws IOException {
    while (!ended && bytes.hasRemaining()) {
      if (headerLength < HEADER) {
        header[headerLength++] = bytes.get();
        if (headerLength == HEADER) {
          begin();
        }
      } else if (content > 0) {
        content(bytes, sink);
      } else {
        int skipped = Math.min(padding, bytes.remaining());
        bytes.position(bytes.position() + skipped);
        padding -= skipped;
      }
      if (headerLength == HEADER && content == 0 && padding == 0) {
        headerLength = 0;
        ended = type == END_REQUEST;
      }
    }
    return ended;
  }

  /** Whether the end of a request is among these bytes, which begin with a record. */
  static boolean holdsEnd(ByteBuffer bytes) {
    int at = bytes.position();
    while (at + HEADER <= bytes.limit()) {
      int content = (bytes.get(at + 4) & 0xFF) << 8 | (bytes.get(at + 5) & 0xFF);
      int end = at + HEADER + content + (bytes.get(at + 6) & 0xFF);
      if (bytes.get(at + 1) == END_REQUEST) {
        return end <= bytes.limit();
      }
      at = end;
    }
    return false;
  }

  /** Whether it stands between two records: an end of the stream here cuts none in two. */
  public boolean isBetweenRecords() {
    return headerLength == 0;
  }

  private static int unsigned(byte[] from, int at) {
    return (from[at] & 0xFF) << 8 | (from[at + 1] & 0xFF);
  }

  private void begin() throws FastCgiException {
    type = header[1];
    content = unsigned(header, 4);
    padding = header[6] & 0xFF;
    if (header[0] != VERSION) {
      throw new FastCgiException("a record of version " + header[0] + ", not of FastCGI 1");
    }
    switch (type) {
      case STDOUT, STDERR, END_REQUEST -> {
        if (unsigned(header, 2) != request) {
          throw new FastCgiException("a record of a request that was not made");
        }
      }
      case UNKNOWN_TYPE -> throw new FastCgiException("it does not know a type of record");
      default -> throw new FastCgiException("a record of the type " + type);
    }
    if (type == END_REQUEST && content != END_BODY) {
      throw new FastCgiException("an end of " + content + " bytes");
    }
  }

  private void content(ByteBuffer bytes, RecordSink sink) throws IOException {
    int length = Math.min(content, bytes.remaining());
    if (type == END_REQUEST) {
      bytes.get(end, endLength, length);
      endLength += length;
      content -= length;
      if (content == 0) {
        protocolStatus();
      }
      return;
    }
    int limit = bytes.limit();
    int next = bytes.position() + length;
    bytes.limit(next);
    content -= length;
    try {
      if (type == STDOUT) {
        sink.output(bytes);
      } else {
        sink.error(bytes);
      }
    } finally {
      bytes.limit(limit);
      bytes.position(next);
    }
  }

  private void protocolStatus() throws FastCgiException {
    switch (end[4]) {
      case 0 -> {}
      case 1 -> throw new FastCgiException("it cannot multiplex");
      case 2 -> throw new FastCgiException("it is overloaded");
      case 3 -> throw new FastCgiException("it does not know the role");
      default -> throw new FastCgiException("an end with status " + end[4]);
    }
  }
}
