package brig.audit.breakout;

import static brig.audit.breakout.Steps.CWD;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.audit.breakout.Puppet.Buffer;
import brig.linux.Architecture;
import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A jail in the outer canary directory whose own account files lie: in them {@link #USER} is root,
 * and names are to be looked up by a library of the jail's. Whoever asks it who the service is will
 * be watched doing so.
 */
final class ScratchJail {
  /** On every host; in this jail uid 0. */
  static final String USER = "nobody";

  private static final int IN_NONBLOCK = 0x800;
  private static final int IN_ACCESS_OR_OPEN = 0x21;

  private final String root;
  private final Puppet watcher;
  private final long watch;

  private ScratchJail(String root, Puppet watcher, long watch) {
    this.root = root;
    this.watcher = watcher;
    this.watch = watch;
  }

  static ScratchJail make(Scene scene) throws LinuxException, Refused, NotPossible {
    List<String> planted = new ArrayList<>();
    Fd outside = scene.canary().outside();
    String root = outside.path() + "/scratch";
    try (Fd top = directory(outside, "scratch");
        Fd etc = directory(top, "etc");
        Fd lib = directory(top, "lib");
        Fd triplet = directory(lib, triplet())) {
      file(top, "program", PuppetProgram.of(Architecture.current()), 0755);
      planted.add(file(etc, "passwd", text(USER + ":x:0:0::/:/program\n"), 0644));
      planted.add(file(etc, "group", text(USER + ":x:0:\nnogroup:x:0:\n"), 0644));
      planted.add(file(etc, "nsswitch.conf", text("passwd: files canary\n"), 0644));
      planted.add(file(triplet, "libnss_canary.so.2", text("not a library\n"), 0755));
    }
    Puppet watcher = scene.helper();
    long watch = watcher.need("inotify_init1", IN_NONBLOCK);
    for (String path : planted) {
      watcher.need("inotify_add_watch", watch, path, IN_ACCESS_OR_OPEN);
    }
    return new ScratchJail(root, watcher, watch);
  }

  private static String triplet() {
    return switch (Architecture.current()) {
      case X86_64 -> "x86_64-linux-gnu";
      case AARCH64 -> "aarch64-linux-gnu";
    };
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Fd directory(Fd parent, String name) throws LinuxException {
    Names.mkdir(parent, name, 0755);
    Fd made = Names.openDirectory(parent, name);
    Attributes.chmod(made, 0755);
    return made;
  }

  private static String file(Fd directory, String name, byte[] content, int mode)
      throws LinuxException {
    try (Fd file = Names.create(directory, name, 0600)) {
      file.write(content);
      Attributes.chmod(file, mode);
      return file.path();
    }
  }

  String root() {
    return root;
  }

  /** Somebody opened one of the files that lie. */
  boolean wasAsked() throws Refused, NotPossible {
    Buffer events = watcher.buffer(4096);
    return watcher.call("read", watch, events, events.size()) != -Errno.EAGAIN.number();
  }

  /** The uid that a process in it has. */
  static long uid(Puppet inmate) throws Refused, NotPossible {
    inmate.need("openat", CWD, "/program", Fd.O_RDONLY, 0);
    return inmate.must("geteuid");
  }
}
