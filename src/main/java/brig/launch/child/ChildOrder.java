package brig.launch.child;

import brig.launch.Walls;
import brig.linux.Fd;
import brig.linux.Limits.Resource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A child to be started, with every name and id resolved.
 *
 * @param argv the program's path first, as it is found inside the walls
 * @param environment the whole of it
 * @param workingDirectory entered as the child's user, inside the walls
 * @param walls of the jail that it is in: its mounts, IPC namespace, root, Landlock fence and
 *     filter of system calls; null: the caller's own root, and neither fence nor filter
 * @param identity who it is to be
 * @param limits what it, and all that it starts, may use
 * @param umask as in umask(2)
 * @param handedIn become its descriptors 3, 4, ...
 * @param diesWithThread it is killed when the thread that starts it ends, and so when this process
 *     is killed; for threads that live as long as their children only
 */
public record ChildOrder(
    List<String> argv,
    Map<String, String> environment,
    String workingDirectory,
    @Nullable Walls walls,
    Identity identity,
    ChildLimits limits,
    int umask,
    List<Fd> handedIn,
    boolean diesWithThread) {

  public ChildOrder {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    handedIn = List.copyOf(handedIn);
    if (argv.isEmpty() || !argv.getFirst().startsWith("/") || !workingDirectory.startsWith("/")) {
      throw new IllegalArgumentException("a program and its directory are absolute paths");
    }
  }

  /** One that has the descriptors 0, 1 and 2 only. */
  public ChildOrder(
      List<String> argv,
      Map<String, String> environment,
      String workingDirectory,
      @Nullable Walls walls,
      Identity identity,
      ChildLimits limits,
      int umask,
      boolean diesWithThread) {
    this(
        argv,
        environment,
        workingDirectory,
        walls,
        identity,
        limits,
        umask,
        List.of(),
        diesWithThread);
  }

  /** Who a child is. */
  public sealed interface Identity {
    /** Another user, without any capability; asks for CAP_SETUID, CAP_SETGID and CAP_SETPCAP. */
    record As(int uid, int gid, List<Integer> groups) implements Identity {
      public As {
        groups = List.copyOf(groups);
      }
    }

    /**
     * The caller's own user, in a user namespace, mounts, and a namespace of processes of its own:
     * for callers who are not root. Goes with {@link Walls#ofUser}.
     */
    record Alone(int uid, int gid) implements Identity {}

    /** The caller's own user; for callers that have no privileges to give up. */
    record Same() implements Identity {}
  }

  /**
   * Limits; -1: none.
   *
   * @param cpuSeconds of each process, RLIMIT_CPU: SIGXCPU, and a second later SIGKILL
   * @param memoryBytes of the whole tree: a cgroup's memory.max; where there is no such cgroup
   *     address space of each process, RLIMIT_AS
   * @param fileBytes greatest file that is written, RLIMIT_FSIZE
   * @param files open descriptors of each process, RLIMIT_NOFILE
   * @param processes of the whole tree, threads counted: a cgroup's pids.max; where there is no
   *     such cgroup RLIMIT_NPROC, which counts all that the user runs
   */
  public record ChildLimits(
      long cpuSeconds, long memoryBytes, long fileBytes, int files, int processes) {
    public static final ChildLimits NONE = new ChildLimits(-1, -1, -1, -1, -1);

    /** Those that are resource limits of a process, whatever cgroup it is in. */
    Map<Resource, Long> resources() {
      Map<Resource, Long> all = new EnumMap<>(Resource.class);
      put(all, Resource.RLIMIT_CPU, cpuSeconds);
      put(all, Resource.RLIMIT_FSIZE, fileBytes);
      put(all, Resource.RLIMIT_NOFILE, files);
      return all;
    }

    private static void put(Map<Resource, Long> all, Resource resource, long value) {
      if (value >= 0) {
        all.put(resource, value);
      }
    }
  }
}
