package brig.audit.breakout;

import static brig.audit.breakout.Steps.AF_UNIX;
import static brig.audit.breakout.Steps.CWD;
import static brig.audit.breakout.Steps.DIRECTORY;
import static brig.audit.breakout.Steps.SOCK_STREAM;

import brig.audit.breakout.Puppet.Buffer;
import brig.report.BrigException;
import java.io.IOException;
import java.util.List;

/** Ways through sockets. */
final class SocketWays {
  private static final int AF_INET = 2;
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int IPPROTO_ICMP = 1;
  private static final int LOOPBACK = 0x0100007F; // 127.0.0.1 in the network's order
  private static final int ADDRESS_SIZE = 16;

  static final List<Attempt> ALL =
      List.of(
          new Attempt(
              "B06",
              "a directory handed in by a peer",
              List.of(Guard.LANDLOCK),
              SocketWays::directoryFromPeer),
          new Attempt(
              "B16",
              "an abstract Unix socket outside",
              List.of(Guard.LANDLOCK_SCOPE, Guard.OWN_NETWORK),
              SocketWays::abstractSocket),
          new Attempt(
              "B17",
              "TCP to a service on loopback",
              List.of(Guard.LANDLOCK_PORTS, Guard.OWN_NETWORK),
              SocketWays::loopback),
          new Attempt(
              "B18", "raw packets", List.of(Guard.lacking("CAP_NET_RAW")), SocketWays::rawPackets));

  private SocketWays() {}

  private static String directoryFromPeer(Scene scene)
      throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    byte[] here = Steps.unixAddress(scene.place("b06"));
    long listening = inmate.must("socket", AF_UNIX, SOCK_STREAM, 0);
    inmate.must("bind", listening, here, here.length);
    inmate.must("listen", listening, 1);
    Puppet peer = scene.helper();
    // By its bare name: the path of the host may be longer than an address can be.
    peer.need("chdir", scene.canary().inside().path());
    byte[] there = Steps.unixAddress("b06");
    long socket = peer.need("socket", AF_UNIX, SOCK_STREAM, 0);
    peer.need("connect", socket, there, there.length);
    long directory = peer.need("openat", CWD, scene.canary().outside().path(), DIRECTORY, 0);
    Steps.give(peer, socket, directory);
    long connection = inmate.must("accept4", listening, 0, 0, 0);
    return Steps.secret(scene, inmate, Steps.take(inmate, connection), Canary.SECRET);
  }

  private static String abstractSocket(Scene scene) throws AttemptEnd, BrigException, IOException {
    byte[] name = Steps.unixAddress("\0brig-breakout-" + scene.canary().unique());
    Puppet twin = scene.twin();
    long listening = twin.need("socket", AF_UNIX, SOCK_STREAM, 0);
    twin.need("bind", listening, name, name.length);
    twin.need("listen", listening, 1);
    Puppet inmate = scene.inmate();
    long socket = inmate.must("socket", AF_UNIX, SOCK_STREAM, 0);
    inmate.must("connect", socket, name, name.length);
    return "connected to it";
  }

  private static String loopback(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet twin = scene.twin();
    byte[] any = Struct.of(ADDRESS_SIZE).u16(0, AF_INET).u32(4, LOOPBACK).bytes();
    long listening = twin.need("socket", AF_INET, SOCK_STREAM, 0);
    twin.need("bind", listening, any, any.length);
    twin.need("listen", listening, 1);
    Buffer address = twin.buffer(ADDRESS_SIZE);
    byte[] length = Struct.of(4).u32(0, ADDRESS_SIZE).bytes();
    twin.need("getsockname", listening, address, length);
    byte[] chosen = twin.get(address);
    Puppet inmate = scene.inmate();
    long socket = inmate.must("socket", AF_INET, SOCK_STREAM, 0);
    inmate.must("connect", socket, chosen, chosen.length);
    return "connected to it";
  }

  private static String rawPackets(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet inmate = scene.inmate();
    return Steps.anyOf(
        () -> {
          inmate.must("socket", AF_INET, SOCK_RAW, IPPROTO_ICMP);
          return "opened a raw socket";
        },
        () -> {
          inmate.must("socket", AF_PACKET, SOCK_RAW, 0);
          return "opened a packet socket";
        });
  }
}
