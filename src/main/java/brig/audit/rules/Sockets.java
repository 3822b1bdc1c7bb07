package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sockets of daemons that do as root what they are asked for. */
final class Sockets implements Rule {
  static final About ABOUT =
      new About(
          "privileged-socket",
          Severity.HIGH,
          "a socket of a daemon that acts as root for others",
          "A socket in the jail reaches whoever listens on it outside. Whoever may speak to docker,"
              + " containerd, libvirt, systemd or the system bus is root on the host, or nearly"
              + " so.",
          "Do not mount or link it into the jail. A service that has to ask for something gets a"
              + " small daemon of its own to ask.");

  static final List<String> PRIVILEGED =
      List.of(
          "/run/docker.sock",
          "/run/podman/podman.sock",
          "/run/containerd/containerd.sock",
          "/run/crio/crio.sock",
          "/run/systemd/private",
          "/run/systemd/notify",
          "/run/systemd/io.systemd.Manager",
          "/run/dbus/system_bus_socket",
          "/run/libvirt/libvirt-sock",
          "/run/libvirt/virtqemud-sock",
          "/var/lib/lxd/unix.socket",
          "/var/snap/lxd/common/lxd/unix.socket",
          "/var/lib/incus/unix.socket",
          "/run/snapd.socket",
          "/run/udev/control",
          "/run/acpid.socket");

  private record Inode(long device, long number) {}

  private final Map<Inode, String> ofTheHost = new HashMap<>();

  Sockets(Inspection jail) {
    for (String path : PRIVILEGED) {
      try {
        Stat stat = Stat.of(path);
        if (stat != null) {
          ofTheHost.put(new Inode(stat.device(), stat.inode()), path);
        }
      } catch (LinuxException e) {
        jail.notSeen().add(path, e);
      }
    }
  }

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(Node node, Findings out) {
    if (node.stat().type() != Stat.S_IFSOCK) {
      return;
    }
    String host = ofTheHost.get(new Inode(node.stat().device(), node.stat().inode()));
    String path = node.path();
    if (host != null) {
      out.add(ABOUT, path, "is the host's " + host);
      return;
    }
    String name = privilegedName(path);
    if (name != null) {
      out.add(ABOUT, path, "has the name of " + name + " of a host");
    }
  }

  static @Nullable String privilegedName(String path) {
    String plain = path.startsWith("/var/run/") ? path.substring(4) : path;
    for (String socket : PRIVILEGED) {
      if (plain.equals(socket)
          || plain.equals("/" + socket.substring(socket.lastIndexOf('/') + 1))) {
        return socket;
      }
    }
    return plain.endsWith("/docker.sock") || plain.endsWith("/system_bus_socket")
        ? plain.substring(plain.lastIndexOf('/') + 1)
        : null;
  }
}
