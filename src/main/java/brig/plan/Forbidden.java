package brig.plan;

import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What never comes into a jail from the host, by whatever name: passwords, whole pseudo file
 * systems, sockets that give the host away.
 */
public final class Forbidden {
  private static final Set<String> PASSWORDS =
      Set.of(
          "/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/gshadow-", "/etc/security/opasswd");
  private static final List<String> PSEUDO = List.of("/proc", "/sys", "/dev");

  /** Whoever may speak to one of these is root on the host. */
  private static final Set<String> POWERFUL_SOCKETS =
      Set.of(
          "/run/docker.sock",
          "/var/run/docker.sock",
          "/run/podman/podman.sock",
          "/run/containerd/containerd.sock",
          "/run/crio/crio.sock",
          "/run/systemd/private",
          "/run/libvirt/libvirt-sock",
          "/var/lib/lxd/unix.socket",
          "/run/snapd.socket");

  private final List<FileStat> passwords = new ArrayList<>();

  Forbidden(Host host) throws IOException {
    for (String path : List.of("/etc/shadow", "/etc/gshadow")) {
      FileStat stat = host.lstat(path);
      if (stat != null) {
        passwords.add(stat);
      }
    }
  }

  /** Why this file of the host may not come in; null when it may. */
  @Nullable Problem refuse(String inside, String outside, FileStat stat) {
    if (PASSWORDS.contains(outside) || isHardLinkOfPasswords(stat)) {
      return Problem.of("left out " + outside + ", which holds the host's passwords")
          .remedy("The jail has an /etc/shadow of its own in which every account is locked.");
    }
    if (stat.type() == FileStat.Type.CHARACTER_DEVICE && Paths.isWithin(inside, "/dev")) {
      return null;
    }
    for (String top : PSEUDO) {
      if (Paths.isWithin(outside, top) && !outside.equals("/dev")) {
        return Problem.of("left out " + outside)
            .remedy("Nothing of " + top + " is copied; device nodes are named in [devices].");
      }
    }
    if (stat.type() == FileStat.Type.CHARACTER_DEVICE
        || stat.type() == FileStat.Type.BLOCK_DEVICE) {
      return Problem.of("left out " + outside + ", which is " + nameOf(stat.type()))
          .remedy("Device nodes are named in [devices].");
    }
    return null;
  }

  /** Why this socket, or directory of sockets, may not be mounted into a jail; null: it may. */
  static @Nullable String refuseSocket(String outside) {
    for (String socket : POWERFUL_SOCKETS) {
      if (Paths.isWithin(socket, outside)) {
        return "through " + socket + " a service becomes root on the host";
      }
    }
    for (String top : PSEUDO) {
      if (Paths.isWithin(outside, top) && !outside.equals("/dev/log")) {
        return "nothing of " + top + " is mounted into a jail";
      }
    }
    return null;
  }

  private boolean isHardLinkOfPasswords(FileStat stat) {
    for (FileStat password : passwords) {
      if (password.inode() == stat.inode() && password.device() == stat.device()) {
        return true;
      }
    }
    return false;
  }

  static String nameOf(FileStat.Type type) {
    return switch (type) {
      case FILE -> "a file";
      case DIRECTORY -> "a directory";
      case LINK -> "a link";
      case CHARACTER_DEVICE -> "a character device";
      case BLOCK_DEVICE -> "a block device";
      case FIFO -> "a FIFO";
      case SOCKET -> "a socket";
    };
  }
}
