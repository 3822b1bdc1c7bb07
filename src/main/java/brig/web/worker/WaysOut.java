package brig.web.worker;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.RawCall;
import brig.web.wire.Ways;
import brig.web.wire.Ways.Tried;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries to get out of the jail, from within a worker that {@code brig breakout --web} has started
 * to be tried, and that ends afterwards. One that serves is never asked to.
 */
final class WaysOut {
  private static final int AT_FDCWD = -100;
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_RAW = 3;
  private static final int CLONE_NEWUSER = 0x10000000;
  private static final int CLONE_NEWNS = 0x20000;
  private static final int PTRACE_ATTACH = 16;
  private static final int S_IFBLK = 0060000;
  private static final int O_RDONLY = 0;

  private final List<Tried> all = new ArrayList<>();
  private final Ways told;
  private final int handed;

  private WaysOut(Ways told, int handed) {
    this.told = told;
    this.handed = handed;
  }

  static String all(Ways told, Fd handed) {
    WaysOut ways = new WaysOut(told, handed.number());
    ways.files();
    ways.names();
    ways.privileges();
    ways.processes();
    ways.sockets();
    return Ways.text(ways.all);
  }

  private void files() {
    String name = told.secret().substring(told.secret().lastIndexOf('/') + 1);
    call("", "a file by the path it has outside", "openat", AT_FDCWD, told.secret(), O_RDONLY);
    call("", "the same by \"..\"", "openat", AT_FDCWD, "../../../../.." + told.secret(), O_RDONLY);
    call("B06", "a directory handed in by a peer", "openat", handed, name, O_RDONLY);
    RawCall.of("fchdir", handed);
    call("B05", "a working directory that lies outside", "openat", AT_FDCWD, name, O_RDONLY);
    call("B02", "a root that lies outside", "chroot", ".");
    RawCall.of("chdir", "/");
    byte[] handle = new byte[16];
    handle[0] = 8;
    call("B22", "open_by_handle_at", "open_by_handle_at", handed, handle, O_RDONLY);
  }

  private void names() {
    call("B01", "a directory of its own, to go up from", "mkdirat", AT_FDCWD, "brig-way-out", 0700);
    call("B07", "a node of a disk", "mknodat", AT_FDCWD, "brig-way-out", S_IFBLK | 0600, 0x700);
    call("B10", "mount proc", "mount", "proc", "/", "proc", 0, 0);
    call("B25", "execute a program", "execve", "/proc/self/exe", 0, 0);
  }

  private void privileges() {
    call("", "become root", "setresuid", 0, 0, 0);
    call("B31", "a user namespace", "unshare", CLONE_NEWUSER);
    call("B21", "a mount namespace", "unshare", CLONE_NEWNS);
    call("B32", "bpf", "bpf", 0, new byte[72], 72);
    call("B20", "the keyring of its user", "keyctl", 0, -4, 1);
  }

  private void processes() {
    call("B14", "a signal to the process that started it", "kill", told.server(), 0);
    call("B12", "ptrace it", "ptrace", PTRACE_ATTACH, told.server(), 0, 0);
    call(
        "B12",
        "read its memory",
        "process_vm_readv",
        told.server(),
        new byte[16],
        1,
        new byte[16],
        1,
        0);
    call("B15", "its limits", "prlimit64", told.server(), 7, 0, new byte[16]);
    long pidfd = RawCall.of("pidfd_open", told.server(), 0);
    if (pidfd < 0) {
      note("B13", "a descriptor of it", "pidfd_open", pidfd);
    } else {
      call("B13", "a descriptor of it", "pidfd_getfd", (int) pidfd, 0, 0);
      RawCall.of("close", (int) pidfd);
    }
  }

  private void sockets() {
    connect("B16", "an abstract socket outside", AF_UNIX, Ways.abstractAddress(told.name()));
    byte[] port = new byte[16];
    port[0] = AF_INET;
    port[2] = (byte) (told.port() >>> 8);
    port[3] = (byte) told.port();
    port[4] = 127;
    port[7] = 1;
    connect("B17", "a port of this host that is not configured", AF_INET, port);
    port[2] = 0;
    port[3] = 0;
    long socket = RawCall.of("socket", AF_INET, SOCK_STREAM, 0);
    note("", "listen at a port of its own", "bind", RawCall.of("bind", socket, port, 16));
    RawCall.of("close", socket);
    call("B18", "raw packets", "socket", AF_INET, SOCK_RAW, 1);
  }

  private void connect(String id, String technique, int family, byte[] address) {
    long socket = RawCall.of("socket", family, SOCK_STREAM, 0);
    note(id, technique, "connect", RawCall.of("connect", socket, address, address.length));
    RawCall.of("close", socket);
  }

  private void call(String id, String technique, String call, Object... arguments) {
    note(id, technique, call, RawCall.of(call, arguments));
  }

  private void note(String id, String technique, String call, long answer) {
    String errno = answer < 0 ? Errno.of((int) -answer).name() : "";
    all.add(new Tried(id, technique, call, errno));
  }
}
