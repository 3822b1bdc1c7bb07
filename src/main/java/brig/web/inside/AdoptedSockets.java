package brig.web.inside;

import brig.linux.Fd;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * Sockets that the parent opened, as Java's own. The JDK takes over a descriptor by itself only as
 * number 0, and one at that (System.inheritedChannel), so its constructor for descriptors is
 * called; the worker's virtual machine is started with the packages opened for that.
 */
public final class AdoptedSockets {
  private AdoptedSockets() {}

  /**
   * One that listens.
   *
   * @param address where it does; in brackets: IPv6
   */
  public static ServerSocketChannel listening(Fd socket, String address) throws IOException {
    ProtocolFamily family =
        address.startsWith("[") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    return (ServerSocketChannel)
        adopt("sun.nio.ch.ServerSocketChannelImpl", socket, family, boolean.class, true);
  }

  /**
   * One that is connected.
   *
   * @param to what it is connected to
   */
  public static SocketChannel connected(Fd socket, UnixDomainSocketAddress to) throws IOException {
    ProtocolFamily family = StandardProtocolFamily.UNIX;
    return (SocketChannel)
        adopt("sun.nio.ch.SocketChannelImpl", socket, family, SocketAddress.class, to);
  }

  private static Object adopt(
      String type, Fd socket, ProtocolFamily family, Class<?> lastType, Object last)
      throws IOException {
    try {
      Constructor<FileDescriptor> descriptor =
          FileDescriptor.class.getDeclaredConstructor(int.class);
      descriptor.setAccessible(true);
      Constructor<?> channel =
          Class.forName(type)
              .getDeclaredConstructor(
                  SelectorProvider.class, ProtocolFamily.class, FileDescriptor.class, lastType);
      channel.setAccessible(true);
      return channel.newInstance(
          SelectorProvider.provider(), family, descriptor.newInstance(socket.number()), last);
    } catch (ReflectiveOperationException e) {
      throw new IOException("this Java does not let a socket be taken over: " + e, e);
    }
  }
}
