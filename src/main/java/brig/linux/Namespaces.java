package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** What the calling thread shares with others: unshare(2). */
public final class Namespaces {
  /** Root, working directory and umask. */
  public static final int CLONE_FS = 0x200;

  public static final int CLONE_NEWNS = 0x20000;
  public static final int CLONE_NEWUTS = 0x4000000;
  public static final int CLONE_NEWIPC = 0x8000000;

  /** Of a child from its birth: no process of several threads can go into one. */
  public static final int CLONE_NEWUSER = 0x10000000;

  /** Of children to come only; a thread that has asked for it can start no more threads. */
  public static final int CLONE_NEWPID = 0x20000000;

  public static final int CLONE_NEWNET = 0x40000000;

  private static final int SIOCGIFFLAGS = 0x8913;
  private static final int SIOCSIFFLAGS = 0x8914;
  private static final short IFF_UP = 1;
  private static final int IFREQ_SIZE = 40;

  private Namespaces() {}

  public static void unshare(int flags) throws LinuxException {
    LinuxException.check(JailKernel.unshare(flags), "unshare", null);
  }

  /**
   * Where children of the calling thread are born from now on: in the namespace of processes that
   * another is in, which must be this process's or one below (setns(2); a pidfd since Linux 5.8).
   */
  static void bearAmong(Pidfd process) throws LinuxException {
    LinuxException.check(
        JailKernel.setns(process.fd().number(), CLONE_NEWPID), "setns", process.fd().path());
  }

  /** Lets the calling thread live in the network of a process (setns(2)). */
  public static void enterNetworkOf(int pid) throws LinuxException {
    try (Fd network = Fd.open("/proc/" + pid + "/ns/net", Fd.O_RDONLY)) {
      LinuxException.check(
          JailKernel.setns(network.number(), CLONE_NEWNET), "setns", network.path());
    }
  }

  /** Brings the loopback of this thread's network up: a new network has it, but down. */
  public static void loopbackUp() throws LinuxException {
    int type = SocketKernel.SOCK_DGRAM | SocketKernel.SOCK_CLOEXEC;
    long number = SocketKernel.socket(SocketKernel.AF_INET, type, 0);
    try (Fd socket = Fd.of((int) LinuxException.check(number, "socket", null), "lo");
        Scratch memory = Scratch.take()) {
      // struct ifreq { char ifr_name[16]; short ifr_flags; ... }
      MemorySegment request = memory.bytes(IFREQ_SIZE);
      MemorySegment.copy(
          "lo".getBytes(StandardCharsets.US_ASCII), 0, request, ValueLayout.JAVA_BYTE, 0, 2);
      LinuxException.check(
          JailKernel.ioctl(socket.number(), SIOCGIFFLAGS, request.address()), "SIOCGIFFLAGS", "lo");
      short flags = request.get(ValueLayout.JAVA_SHORT, 16);
      request.set(ValueLayout.JAVA_SHORT, 16, (short) (flags | IFF_UP));
      LinuxException.check(
          JailKernel.ioctl(socket.number(), SIOCSIFFLAGS, request.address()), "SIOCSIFFLAGS", "lo");
    }
  }
}
