package brig.web.hole;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What worker and parent say about connections to holes: a packet of eight bytes each way, the id
 * of the question and the number of a hole, or of an errno; 0: the connection comes with it.
 *
 * @param id the worker's own
 * @param number of the hole, or how it went
 */
record HoleWire(int id, int number) {
  byte[] bytes() {
    return ByteBuffer.allocate(8).putInt(id).putInt(number).array();
  }

  /** Null when it is none. */
  static @Nullable HoleWire of(byte[] packet) {
    if (packet.length != 8) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(packet);
    return new HoleWire(bytes.getInt(), bytes.getInt());
  }
}
