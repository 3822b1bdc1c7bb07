package brig.launch;

import brig.spec.JailSpec;
import brig.tree.MountPlan;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a start needs, with every name and id resolved outside. Nothing in it is read from the
 * jail.
 *
 * @param jail the jail's name
 * @param root the directory that becomes the root; a generation's, owned by root
 * @param argv the program's path inside the jail, then its arguments
 * @param environment the whole of it
 * @param uid the service's user; the process starts as 0 when {@code startAsRoot}
 * @param capabilities names, kept over the exec; all others are gone from every set
 * @param limits RLIMIT_* names to values, soft and hard alike
 * @param mounts what is mounted over the tree, parents before children
 * @param handedIn descriptors that become 3, 4, ... in the service
 * @param output where 1 and 2 go; null: they stay as they are (so does 0; else it is /dev/null)
 * @param terminal the service keeps the caller's session and controlling terminal (brig shell)
 * @param mounted what the root is put together from at the start; null: the root directory holds it
 */
public record LaunchOrder(
    String jail,
    String root,
    List<String> argv,
    Map<String, String> environment,
    String workingDirectory,
    int uid,
    int gid,
    List<Integer> groups,
    boolean startAsRoot,
    List<String> capabilities,
    int umask,
    Map<String, Long> limits,
    JailSpec.Namespaces namespaces,
    JailSpec.Network network,
    JailSpec.SeccompPolicy seccomp,
    JailSpec.Landlock landlock,
    List<JailMount> mounts,
    List<Integer> handedIn,
    @Nullable String output,
    boolean terminal,
    @Nullable MountPlan mounted) {

  /**
   * Something laid over the read-only tree. The mount point exists in the tree, or lies in a {@link
   * Temporary} place, which is empty: there the launcher makes it first (a directory 0755 of the
   * temporary place's owner, or an empty file for a socket).
   */
  public sealed interface JailMount {
    String inside();

    Access access();

    /** What may be done below it, as Landlock is told. */
    enum Access {
      READ,
      WRITE,
      DEVICES
    }

    /** A directory or file of the host, writable: nosuid, nodev, noexec. */
    record Writable(String inside, String outside) implements JailMount {
      @Override
      public Access access() {
        return Access.WRITE;
      }
    }

    /** A fresh tmpfs of the owner, gone with the jail. */
    record Temporary(String inside, int mode, int uid, int gid, long sizeBytes)
        implements JailMount {
      @Override
      public Access access() {
        return Access.WRITE;
      }
    }

    /** A directory or file of the host, read-only: sockets, mostly. */
    record ReadOnly(String inside, String outside) implements JailMount {
      @Override
      public Access access() {
        return Access.READ;
      }
    }

    /**
     * A directory that another jail's service may write to, read-only: its sockets. No link on the
     * way is followed, for that service could have put it there.
     */
    record Lent(String inside, String outside) implements JailMount {
      @Override
      public Access access() {
        return Access.READ;
      }
    }

    /** The jail's own device nodes: the directory mounted on itself without nodev, read-only. */
    record OwnDevices(String inside) implements JailMount {
      @Override
      public Access access() {
        return Access.DEVICES;
      }
    }

    /** One device node of the host. */
    record HostDevice(String inside, String outside) implements JailMount {
      @Override
      public Access access() {
        return Access.DEVICES;
      }
    }
  }
}
