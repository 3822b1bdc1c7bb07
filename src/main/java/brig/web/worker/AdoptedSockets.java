package brig.web.worker;

import brig.linux.Fd;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * Sockets that the parent opened, as Java's own. The JDK takes over a descriptor by itself only as
 * number 0, and one at that (System.inheritedChannel), so its constructor for descriptors is
 * called; the worker's virtual machine is started with the packages opened for that.
 */
final class AdoptedSockets {
  private AdoptedSockets() {}

  /**
   * One that listens.
   *
   * @param address where it does; in brackets: IPv6
   */
  static ServerSocketChannel listening(Fd socket, String address) throws IOException {
    try {
      Constructor<FileDescriptor> descriptor =
          FileDescriptor.class.getDeclaredConstructor(int.class);
      descriptor.setAccessible(true);
      Constructor<?> channel =
          Class.forName("sun.nio.ch.ServerSocketChannelImpl")
              .getDeclaredConstructor(
                  SelectorProvider.class,
                  ProtocolFamily.class,
                  FileDescriptor.class,
                  boolean.class);
      channel.setAccessible(true);
      ProtocolFamily family =
          address.startsWith("[") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
      Object made =
          channel.newInstance(
              SelectorProvider.provider(), family, descriptor.newInstance(socket.number()), true);
      return (ServerSocketChannel) made;
    } catch (ReflectiveOperationException e) {
      throw new IOException("this Java does not let a socket be taken over: " + e, e);
    }
  }
}
