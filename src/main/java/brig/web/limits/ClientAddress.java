package brig.web.limits;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.server.Request;

/**
 * Whom bounds are for: an IPv4 address, or the 64 bits of an IPv6 one that name a network (RFC
 * 6177: one customer has at least that many), of which a single host can take on any number of
 * addresses.
 */
public final class ClientAddress {
  private ClientAddress() {}

  public static String of(Request request) {
    return of(request.getConnectionMetaData().getRemoteSocketAddress());
  }

  public static String of(SocketAddress address) {
    if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
      return "local";
    }
    return of(internet.getAddress());
  }

  static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    StringBuilder network = new StringBuilder();
    for (int i = 0; i < 8; i += 2) {
      network
          .append(Integer.toHexString((bytes[i] & 0xFF) << 8 | (bytes[i + 1] & 0xFF)))
          .append(':');
    }
    return network.append(":/64").toString();
  }
}
