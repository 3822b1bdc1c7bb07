package brig.launch.late;

import brig.linux.DescriptorMail;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.trace.Injection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Descriptors of this process in the hands of a stopped one: over a pair of sockets that it makes
 * for the purpose, and of which Brig takes one end out of it (pidfd_getfd(2)). Nothing that the
 * process has is needed but two free numbers and some memory.
 */
final class HandedOver {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;

  private HandedOver() {}

  /**
   * Hands them over.
   *
   * @param closeAtExec whether they are gone after the next exec
   * @return their numbers there, in the same order
   */
  static List<Integer> to(Injection thread, int pid, List<Fd> descriptors, boolean closeAtExec)
      throws LinuxException {
    long pair = thread.place(new byte[8]);
    thread.checked("socketpair", AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair);
    ByteBuffer ends = ByteBuffer.wrap(thread.read(pair, 8)).order(ByteOrder.LITTLE_ENDIAN);
    int theirs = ends.getInt(0);
    int ours = ends.getInt(4);
    try (Pidfd process = Pidfd.open(pid)) {
      if (process == null) {
        throw new LinuxException("pidfd_open", "/proc/" + pid, Errno.ESRCH);
      }
      try (Fd end = process.descriptor(ours)) {
        DescriptorMail.send(end, descriptors);
      }
    }
    int size = DescriptorMail.size(descriptors.size());
    long at = thread.place(new byte[size]);
    thread.write(at, DescriptorMail.receiver(at, descriptors.size()));
    int flags = DescriptorMail.MSG_DONTWAIT | (closeAtExec ? DescriptorMail.MSG_CMSG_CLOEXEC : 0);
    thread.checked("recvmsg", theirs, at, flags);
    List<Integer> got = DescriptorMail.received(thread.read(at, size));
    thread.checked("close", theirs);
    thread.checked("close", ours);
    if (got.size() != descriptors.size()) {
      throw new LinuxException("recvmsg in process", "/proc/" + thread.tid(), Errno.EMFILE);
    }
    return got;
  }
}
