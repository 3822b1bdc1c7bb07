package brig.hole.session;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The bytes of a {@link FileStore}'s file: eight that say what it is, then records, each a commit:
 * its length, the CRC-32C of length and content, the content. Whatever follows the first record
 * that is not whole was never acknowledged: a write begins only when the one before is on the disk.
 */
final class RowLog {
  static final byte[] MAGIC = "BRIGSES1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = 8;
  private static final int PUT = 1;
  private static final int REMOVE = 2;

  private RowLog() {}

  /** One commit; its puts bear the versions that they get. */
  static byte[] record(List<RowChange> changes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(0); // length and sum, below
      out.writeInt(changes.size());
      for (RowChange change : changes) {
        switch (change) {
          case RowChange.Put(Row row) -> {
            out.writeByte(PUT);
            out.writeUTF(row.key());
            out.writeLong(row.version());
            out.writeUTF(row.owner());
            out.writeLong(row.expires());
            out.writeInt(row.body().length);
            out.write(row.body());
          }
          case RowChange.Remove(String key, long _) -> {
            out.writeByte(REMOVE);
            out.writeUTF(key);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
    byte[] record = bytes.toByteArray();
    ByteBuffer.wrap(record).putInt(0, record.length - HEAD);
    ByteBuffer.wrap(record).putInt(4, sum(record, 0, record.length - HEAD));
    return record;
  }

  private static int sum(byte[] bytes, int at, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, at, 4);
    sum.update(bytes, at + HEAD, length);
    return (int) sum.getValue();
  }

  /**
   * Applies the whole records of a file to {@code rows}.
   *
   * @param file all of its bytes, magic included
   * @return where the first byte is that belongs to no whole record
   */
  static int replay(byte[] file, Map<String, Row> rows) {
    int at = MAGIC.length;
    while (file.length - at > HEAD) {
      int length = ByteBuffer.wrap(file).getInt(at);
      if (length <= 0 || length > file.length - at - HEAD) {
        return at;
      }
      if (ByteBuffer.wrap(file).getInt(at + 4) != sum(file, at, length)) {
        return at;
      }
      apply(file, at + HEAD, length, rows);
      at += HEAD + length;
    }
    return at;
  }

  private static void apply(byte[] file, int from, int length, Map<String, Row> rows) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(file, from, length))) {
      for (int left = in.readInt(); left > 0; left--) {
        if (in.readUnsignedByte() == REMOVE) {
          rows.remove(in.readUTF());
        } else {
          String key = in.readUTF();
          long version = in.readLong();
          String owner = in.readUTF();
          long expires = in.readLong();
          rows.put(key, new Row(key, version, owner, expires, in.readNBytes(in.readInt())));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("a record with the right sum is not one of Brig's", e);
    }
  }
}
