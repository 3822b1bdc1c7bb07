package brig.launch.up;

import brig.launch.service.Listening;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.spec.JailSpec;
import brig.spec.Upkeep;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a service that runs serves. Paths are looked at as its first process sees them, without
 * ever following a link out of its root.
 *
 * @param listens a jail's port was handed in: that it listens says nothing of the service
 */
public record Readiness(Upkeep.Ready wanted, boolean listens) {
  /** Without anything to wait for, whoever lives that long is taken for ready. */
  public static final long LIVED_MILLIS = 200;

  private static final int INSIDE = Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_MAGICLINKS;

  public static Readiness of(JailSpec spec) {
    return new Readiness(spec.upkeep().ready(), !spec.network().sockets().isEmpty());
  }

  /**
   * What is still missing, in words; empty when it is ready.
   *
   * @param pid its first process
   * @param lived how long it runs, in milliseconds
   * @param said it has said that it is ready
   */
  public List<String> missing(int pid, long lived, boolean said) throws LinuxException {
    List<String> missing = new ArrayList<>();
    if (wanted.isEmpty()) {
      if (lived < LIVED_MILLIS && (listens || Listening.ofTree(pid).isEmpty())) {
        missing.add("it lives " + lived + " ms");
      }
      return missing;
    }
    if (wanted.port().isPresent() && !listensOn(pid, wanted.port().getAsInt())) {
      missing.add("nothing of it listens on port " + wanted.port().getAsInt());
    }
    String file = wanted.file();
    if (file != null && !exists(pid, file)) {
      missing.add("there is no " + file + " in the jail");
    }
    String socket = wanted.socket();
    if (socket != null && !answers(pid, socket)) {
      missing.add("the socket " + socket + " takes no connection");
    }
    if (wanted.notifies() && !said) {
      missing.add("it has not said READY=1");
    }
    return missing;
  }

  private static boolean listensOn(int pid, int port) throws LinuxException {
    for (String address : Listening.ofTree(pid)) {
      if (address.endsWith(":" + port)) {
        return true;
      }
    }
    return false;
  }

  private static boolean exists(int pid, String path) {
    try (Fd found = open(pid, path)) {
      return found.number() >= 0;
    } catch (LinuxException e) {
      return false; // not yet, or it has ended just now
    }
  }

  private static boolean answers(int pid, String path) {
    try (Fd found = open(pid, path)) {
      if (found.stat().type() != Stat.S_IFSOCK) {
        return false;
      }
      // By descriptor: the path's own links could lead elsewhere by now.
      String name = "/proc/self/fd/" + found.number();
      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(name))) {
        return channel.isConnected();
      } catch (IOException e) {
        // A socket of another type is bound all the same: connect(2) says so before it asks who
        // listens.
        return String.valueOf(e.getMessage()).contains("Protocol wrong type");
      }
    } catch (LinuxException e) {
      return false;
    }
  }

  private static Fd open(int pid, String path) throws LinuxException {
    if (!path.startsWith("/")) {
      throw new LinuxException("open", path, Errno.EINVAL);
    }
    try (Fd root = Fd.open("/proc/" + pid + "/root", Fd.O_PATH | Fd.O_DIRECTORY)) {
      return root.openAt(path.substring(1), Fd.O_PATH, 0, INSIDE);
    }
  }
}
