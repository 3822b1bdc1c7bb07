package brig.hole.session;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A session as a row's body. */
final class SessionCodec {
  private static final int FORMAT = 1;

  private SessionCodec() {}

  static byte[] encode(Session session) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      text(out, session.id());
      text(out, session.account());
      text(out, session.peer());
      out.writeLong(session.created());
      out.writeLong(session.since());
      out.writeLong(session.seen());
      out.writeLong(session.floor());
      out.writeInt(session.spent().size());
      for (Map.Entry<String, Long> spent : session.spent().entrySet()) {
        text(out, spent.getKey());
        out.writeLong(spent.getValue());
      }
      out.writeInt(session.held().size());
      for (Map.Entry<String, List<String>> held : session.held().entrySet()) {
        text(out, held.getKey());
        out.writeInt(held.getValue().size());
        for (String value : held.getValue()) {
          text(out, value);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
    return bytes.toByteArray();
  }

  /** Throws IllegalStateException for what this version of Brig did not write. */
  static Session decode(byte[] body) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      int format = in.readUnsignedByte();
      if (format != FORMAT) {
        throw new IllegalStateException("a stored session has format " + format);
      }
      String id = text(in);
      String account = text(in);
      String peer = text(in);
      long created = in.readLong();
      long since = in.readLong();
      long seen = in.readLong();
      long floor = in.readLong();
      SortedMap<String, Long> spent = new TreeMap<>();
      for (int i = in.readInt(); i > 0; i--) {
        spent.put(text(in), in.readLong());
      }
      SortedMap<String, List<String>> held = new TreeMap<>();
      for (int i = in.readInt(); i > 0; i--) {
        String name = text(in);
        int count = in.readInt();
        List<String> values = new ArrayList<>();
        for (int k = 0; k < count; k++) {
          values.add(text(in));
        }
        held.put(name, List.copyOf(values));
      }
      return new Session(id, account, peer, created, since, seen, floor, spent, held);
    } catch (IOException e) {
      throw new IllegalStateException("a stored session is damaged", e);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("length " + length);
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
