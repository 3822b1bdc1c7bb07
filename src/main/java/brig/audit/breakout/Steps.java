package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.audit.breakout.Puppet.Buffer;
import brig.linux.Fd;
import brig.linux.FileNames;
import java.util.Arrays;

/** Moves that several ways out have in common. */
final class Steps {
  static final int CWD = -100; // AT_FDCWD
  static final int DIRECTORY = Fd.O_RDONLY | Fd.O_DIRECTORY;
  static final int AF_UNIX = 1;
  static final int SOCK_STREAM = 1;

  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int CMSG_SIZE = 24; // CMSG_SPACE(sizeof(int))
  private static final int CMSG_LENGTH = 20; // CMSG_LEN(sizeof(int))
  private static final int MSGHDR_SIZE = 56;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int DEEP = 64;

  private Steps() {}

  /** Goes up as far as it leads. */
  static void climb(Puppet puppet) throws Refused, NotPossible {
    Buffer up = puppet.put(new byte[] {'.', '.', 0});
    for (int i = 0; i < DEEP; i++) {
      puppet.must("chdir", up);
    }
  }

  /**
   * Reads the secret, which proves that one is out.
   *
   * @param path from the directory, or absolute
   * @return what is told of it
   */
  static String secret(Scene scene, Puppet puppet, long directory, String path)
      throws Refused, NotPossible {
    long file = puppet.must("openat", directory, path, Fd.O_RDONLY, 0);
    return secretIn(scene, puppet, file);
  }

  /** The same from an open file. */
  static String secretIn(Scene scene, Puppet puppet, long file) throws Refused, NotPossible {
    Buffer content = puppet.buffer(64);
    puppet.must("read", file, content, content.size());
    byte[] wanted = scene.canary().secret();
    if (!Arrays.equals(puppet.get(content), Arrays.copyOf(wanted, content.size()))) {
      throw new Refused("read", "another file");
    }
    return "read the canary outside";
  }

  /** The secret, from the top of the host's tree. */
  static String secretFromTop(Scene scene, Puppet puppet) throws Refused, NotPossible {
    return secret(scene, puppet, CWD, scene.canary().secretPath().substring(1));
  }

  /** {@code struct sockaddr_un}; an abstract name begins with NUL. */
  static byte[] unixAddress(String path) {
    byte[] name = FileNames.encode(path);
    int nul = path.charAt(0) == 0 ? 0 : 1;
    return Struct.of(2 + name.length + nul).u16(0, AF_UNIX).text(2, name).bytes();
  }

  /** Sends a descriptor over a socket. */
  static void give(Puppet puppet, long socket, long descriptor) throws Refused, NotPossible {
    byte[] control =
        Struct.of(CMSG_SIZE)
            .u64(0, CMSG_LENGTH)
            .u32(8, SOL_SOCKET)
            .u32(12, SCM_RIGHTS)
            .u32(16, (int) descriptor)
            .bytes();
    Buffer message = message(puppet, puppet.put(control));
    puppet.must("sendmsg", socket, message, MSG_DONTWAIT);
  }

  /** Takes a descriptor that was sent. */
  static long take(Puppet puppet, long socket) throws Refused, NotPossible {
    Buffer control = puppet.buffer(CMSG_SIZE);
    puppet.must("recvmsg", socket, message(puppet, control), MSG_DONTWAIT);
    Struct got = Struct.from(puppet.get(control));
    if (got.u64(0) < CMSG_LENGTH || got.u32(12) != SCM_RIGHTS) {
      throw new Refused("recvmsg", "no descriptor");
    }
    return got.u32(16);
  }

  // struct msghdr { name, namelen, iov, iovlen, control, controllen, flags }
  private static Buffer message(Puppet puppet, Buffer control) throws Refused, NotPossible {
    Buffer one = puppet.put(new byte[] {'x'});
    byte[] part = Struct.of(16).u64(0, one.address()).u64(8, 1).bytes();
    Buffer vector = puppet.put(part);
    return puppet.put(
        Struct.of(MSGHDR_SIZE)
            .u64(16, vector.address())
            .u64(24, 1)
            .u64(32, control.address())
            .u64(40, control.size())
            .bytes());
  }

  /** Tries one after the other; the answer is that of the first when all are refused. */
  static String anyOf(Way... ways) throws AttemptEnd, java.io.IOException {
    Refused first = null;
    for (Way way : ways) {
      try {
        return way.tryIt();
      } catch (Refused e) {
        first = first == null ? e : first;
      }
    }
    throw first == null ? new NotPossible("nothing to try") : first;
  }

  /** One way of several. */
  @FunctionalInterface
  interface Way {
    String tryIt() throws AttemptEnd, java.io.IOException;
  }
}
