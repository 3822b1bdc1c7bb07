package brig.cli.service;

import brig.cli.host.LiveHost;
import brig.cli.jail.ReadyJail;
import brig.elf.ByteSource;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.plan.FileStat;
import brig.plan.Host;
import brig.spec.JailSpec;
import brig.tree.MountPlan;
import brig.tree.MountedView;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A jail's tree as a process inside sees it: a link in it leads to another place in it, wherever it
 * points (openat2(2), RESOLVE_IN_ROOT). So what is asked of the host, such as what the loader would
 * find, can be asked of the jail.
 */
public final class JailView implements Host, AutoCloseable {
  private final Host host;
  private final Fd root;
  private final @Nullable MountedView view;

  /** What is in a jail, or what a start puts together there. */
  public static JailView of(ReadyJail jail, Host host) throws LinuxException {
    MountPlan mounted = jail.mounted();
    if (mounted == null) {
      return new JailView(host, jail.root(), null);
    }
    MountedView view = MountedView.of(mounted, jail.root());
    return new JailView(host, view.path(), view);
  }

  /** The same, but in mode "self" what the daemon sees when it has gone in. */
  static JailView inside(ReadyJail jail, Host host) throws LinuxException {
    JailSpec.Late late = jail.spec().late();
    return jail.spec().mode() == JailSpec.Mode.SELF && late != null
        ? new JailView(host, late.root().value(), null)
        : of(jail, host);
  }

  private JailView(Host host, String root, @Nullable MountedView view) throws LinuxException {
    this.host = host;
    this.root = Fd.open(root, Fd.O_PATH | Fd.O_DIRECTORY);
    this.view = view;
  }

  private Fd openIn(String path, int flags) throws LinuxException {
    return root.openAt(
        path.equals("/") ? "." : path.substring(1),
        flags,
        0,
        Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_MAGICLINKS);
  }

  @Override
  public @Nullable FileStat lstat(String path) throws LinuxException {
    try (Fd file = openIn(path, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      return LiveHost.fileStat(file.stat());
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR -> null;
        default -> throw e;
      };
    }
  }

  @Override
  public String readLink(String path) throws LinuxException {
    try (Fd link = openIn(path, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      return link.readLinkAt("");
    }
  }

  @Override
  public List<String> list(String path) throws LinuxException {
    try (Fd directory = openIn(path, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      List<String> names = directory.list();
      Collections.sort(names);
      return names;
    }
  }

  @Override
  public ByteSource open(String path) throws LinuxException {
    // What the service may write to could hold a FIFO: do not wait for its other end.
    return LiveHost.bytes(openIn(path, Fd.O_RDONLY | Fd.O_NONBLOCK));
  }

  @Override
  public String machine() {
    return host.machine();
  }

  @Override
  public void close() {
    root.close();
    if (view != null) {
      view.close();
    }
  }
}
