package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Resource limits of a process: prlimit(2). A value of -1 is RLIM_INFINITY. */
public final class Limits {
  static final int RLIMIT64_SIZE = 16;

  private Limits() {}

  /** By the numbers of asm-generic/resource.h. */
  public enum Resource {
    RLIMIT_CPU(0),
    RLIMIT_FSIZE(1),
    RLIMIT_DATA(2),
    RLIMIT_STACK(3),
    RLIMIT_CORE(4),
    RLIMIT_RSS(5),
    RLIMIT_NPROC(6),
    RLIMIT_NOFILE(7),
    RLIMIT_MEMLOCK(8),
    RLIMIT_AS(9),
    RLIMIT_LOCKS(10),
    RLIMIT_SIGPENDING(11),
    RLIMIT_MSGQUEUE(12),
    RLIMIT_NICE(13),
    RLIMIT_RTPRIO(14),
    RLIMIT_RTTIME(15);

    private static final Resource[] ALL = values();

    private final int number;

    Resource(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    public static @Nullable Resource named(String name) {
      for (Resource resource : ALL) {
        if (resource.name().equals(name)) {
          return resource;
        }
      }
      return null;
    }
  }

  /** A soft and a hard limit. */
  public record Pair(long soft, long hard) {
    /** A record's own equals would be linked at the first call: milliseconds of every start. */
    public boolean same(Pair other) {
      return soft == other.soft && hard == other.hard;
    }
  }

  /**
   * Reads a limit.
   *
   * @param pid 0: this process
   */
  public static Pair get(int pid, Resource resource) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment limit = memory.bytes(RLIMIT64_SIZE);
      LinuxException.check(
          JailKernel.prlimit64(pid, resource.number, 0, limit.address()),
          "prlimit64",
          resource.name());
      return read(limit);
    }
  }

  /**
   * Sets both limits.
   *
   * @param pid 0: this process
   */
  public static void set(int pid, Resource resource, Pair value) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment limit = write(memory, value);
      LinuxException.check(
          JailKernel.prlimit64(pid, resource.number, limit.address(), 0),
          "prlimit64",
          resource.name());
    }
  }

  /** The parent's limits, which the JVM has not changed; null where they may not be read. */
  public static @Nullable Pair ofParent(Resource resource) {
    try {
      return get(JailKernel.getppid(), resource);
    } catch (LinuxException e) {
      return null;
    }
  }

  // struct rlimit64 { u64 rlim_cur, rlim_max; }
  static Pair read(MemorySegment limit) {
    return new Pair(limit.get(ValueLayout.JAVA_LONG, 0), limit.get(ValueLayout.JAVA_LONG, 8));
  }

  static MemorySegment write(Scratch memory, Pair value) {
    MemorySegment limit = memory.bytes(RLIMIT64_SIZE);
    limit.set(ValueLayout.JAVA_LONG, 0, value.soft());
    limit.set(ValueLayout.JAVA_LONG, 8, value.hard());
    return limit;
  }
}
