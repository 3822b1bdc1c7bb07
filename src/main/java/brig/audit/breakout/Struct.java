package brig.audit.breakout;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A C structure, laid out field by field as both architectures have it: little-endian. */
final class Struct {
  private final byte[] bytes;
  private final ByteBuffer fields;

  private Struct(byte[] bytes) {
    this.bytes = bytes;
    this.fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A zeroed one. */
  static Struct of(int size) {
    return new Struct(new byte[size]);
  }

  /** One that the kernel filled. */
  static Struct from(byte[] bytes) {
    return new Struct(bytes);
  }

  Struct u16(int at, int value) {
    fields.putShort(at, (short) value);
    return this;
  }

  Struct u32(int at, int value) {
    fields.putInt(at, value);
    return this;
  }

  Struct u64(int at, long value) {
    fields.putLong(at, value);
    return this;
  }

  Struct text(int at, byte[] text) {
    System.arraycopy(text, 0, bytes, at, text.length);
    return this;
  }

  int u16(int at) {
    return fields.getShort(at) & 0xFFFF;
  }

  int u32(int at) {
    return fields.getInt(at);
  }

  long u64(int at) {
    return fields.getLong(at);
  }

  byte[] bytes() {
    return bytes;
  }
}
