package brig.launch.service;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.trace.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** On which TCP addresses processes listen, by proc_pid_net(5). */
public final class Listening {
  private static final String LISTEN = "0A";

  private Listening() {}

  /** Addresses such as {@code 0.0.0.0:80} and {@code [::]:443}, sorted. */
  public static List<String> of(int pid) throws LinuxException {
    Set<String> sockets = sockets(pid);
    Set<String> addresses = new TreeSet<>();
    if (!sockets.isEmpty()) {
      collect("/proc/" + pid + "/net/tcp", sockets, addresses);
      collect("/proc/" + pid + "/net/tcp6", sockets, addresses);
    }
    return List.copyOf(addresses);
  }

  /** The same for a process and all below it. */
  public static List<String> ofTree(int pid) throws LinuxException {
    List<String> own = of(pid);
    if (!own.isEmpty()) {
      return own;
    }
    Set<Integer> tree = new HashSet<>(Set.of(pid));
    Set<String> addresses = new TreeSet<>();
    // A child's number is mostly greater than its parent's; another turn finds the rest.
    boolean grew = true;
    while (grew) {
      grew = false;
      for (int other : ProcessStatus.all()) {
        ProcessStatus status = tree.contains(other) ? null : ProcessStatus.of(other);
        if (status != null && tree.contains(status.parent())) {
          grew |= tree.add(other);
          addresses.addAll(of(other));
        }
      }
    }
    return List.copyOf(addresses);
  }

  private static Set<String> sockets(int pid) throws LinuxException {
    Set<String> inodes = new HashSet<>();
    try (Fd fds = Fd.open("/proc/" + pid + "/fd", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : fds.list()) {
        String target = fds.readLinkAt(name);
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring(8, target.length() - 1));
        }
      }
    } catch (LinuxException e) {
      // It ended, or it is another user's: nothing is known of its sockets.
      return Set.of();
    }
    return inodes;
  }

  // Columns: slot, local address, remote address, state, queues, timer, retransmits, uid, timeout,
  // inode.
  private static void collect(String file, Set<String> inodes, Set<String> addresses)
      throws LinuxException {
    byte[] bytes = HostFiles.readOrNull(file);
    if (bytes == null) {
      return;
    }
    for (String line : new String(bytes, StandardCharsets.US_ASCII).split("\n", -1)) {
      List<String> columns = words(line);
      if (columns.size() > 9 && columns.get(3).equals(LISTEN) && inodes.contains(columns.get(9))) {
        addresses.add(address(columns.get(1)));
      }
    }
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= line.length(); i++) {
      boolean blank = i == line.length() || line.charAt(i) == ' ';
      if (blank && start >= 0) {
        words.add(line.substring(start, i));
        start = -1;
      } else if (!blank && start < 0) {
        start = i;
      }
    }
    return words;
  }

  /**
   * {@code 0100007F:1F90} is 127.0.0.1:8080: 32-bit words in the machine's order, port in plain.
   */
  static String address(String hex) {
    int colon = hex.indexOf(':');
    int port = Integer.parseInt(hex.substring(colon + 1), 16);
    if (colon == 8) {
      return ipv4(hex.substring(0, 8)) + ":" + port;
    }
    if (hex.startsWith("0000000000000000FFFF0000")) { // ::ffff:0:0/96, a v6 socket bound to IPv4
      return ipv4(hex.substring(24, 32)) + ":" + port;
    }
    int[] groups = new int[8];
    for (int word = 0; word < 4; word++) {
      int value = Integer.reverseBytes(Integer.parseUnsignedInt(hex, word * 8, word * 8 + 8, 16));
      groups[2 * word] = value >>> 16;
      groups[2 * word + 1] = value & 0xFFFF;
    }
    return "[" + SocketAddress.ipv6(groups) + "]:" + port;
  }

  private static String ipv4(String hex) {
    int ip = Integer.parseUnsignedInt(hex, 16);
    return (ip & 255) + "." + (ip >> 8 & 255) + "." + (ip >> 16 & 255) + "." + (ip >>> 24);
  }
}
