package brig.audit.breakout;

import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import org.jspecify.annotations.Nullable;

/** A puppet's strings: the end that is held, and the one for its process. */
record Channel(PacketSocket mine, PacketSocket theirs) implements AutoCloseable {
  static Channel open() throws LinuxException {
    PacketSocket[] pair = PacketSocket.pair();
    return new Channel(pair[0], pair[1]);
  }

  /** The number of the end for the process. */
  int number() {
    return theirs.fd().number();
  }

  void send(byte[] message) throws LinuxException {
    mine.send(message);
  }

  /**
   * The next message; null when the process is gone.
   *
   * @param millis how long to wait at most
   * @throws LinuxException ETIMEDOUT when nothing came
   */
  byte @Nullable [] receive(long millis) throws LinuxException {
    PacketSocket.Packet packet = mine.receive(millis);
    return packet == null ? null : packet.bytes();
  }

  @Override
  public void close() {
    mine.close();
    theirs.close();
  }
}
