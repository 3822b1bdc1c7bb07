package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program of the host that is run to its end as this process's user, not confined: one that Brig
 * trusts as it trusts itself, such as mkfs.ext4. It gets a descriptor table of its own, /dev/null
 * as its input, and nothing of the caller's environment.
 */
public final class HostProgram {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C");
  private static final int MOST_OUTPUT = 64 * 1024;

  private HostProgram() {}

  /**
   * How it ended.
   *
   * @param status its exit status; 128 and the signal when one killed it
   * @param output standard output and error, the first 64 KiB
   */
  public record Result(int status, String output) {}

  /** The first of these directories' programs of that name; null when none has it. */
  public static @Nullable String find(String name) throws LinuxException {
    for (String directory : new String[] {"/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/"}) {
      Stat stat = Stat.of(directory + name);
      if (stat != null && stat.isFile() && (stat.mode() & 0111) != 0) {
        return directory + name;
      }
    }
    return null;
  }

  /** Runs it and waits for its end. */
  public static Result run(List<String> argv) throws LinuxException {
    Program program = new Program(argv, ENVIRONMENT, true);
    Fd[] pipe = pipe();
    try (Fd read = pipe[0];
        Fd input = Fd.open("/dev/null", Fd.O_RDONLY)) {
      int pid;
      try (Fd write = pipe[1]) {
        pid = spawn(program, input, write);
      }
      try (Pidfd child = Pidfd.open(pid)) {
        String output = readAll(read);
        if (child == null) {
          throw new IllegalStateException("a child of our own has no entry: " + pid);
        }
        return new Result(child.reap().status(), output);
      }
    }
  }

  /** On a thread that is thrown away, for its table of descriptors is the child's. */
  private static int spawn(Program program, Fd input, Fd output) throws LinuxException {
    return OwnThread.run(
        "host-program",
        () -> {
          Descriptors.keepStandardOnly();
          Descriptors.arrange(input, output, List.of());
          return program.spawn();
        });
  }

  private static Fd[] pipe() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment ends = memory.bytes(8);
      LinuxException.check(ProcessKernel.pipe2(ends.address(), Fd.O_CLOEXEC), "pipe2", null);
      return new Fd[] {
        Fd.of(ends.get(ValueLayout.JAVA_INT, 0), "pipe"),
        Fd.of(ends.get(ValueLayout.JAVA_INT, 4), "pipe")
      };
    }
  }

  private static String readAll(Fd pipe) throws LinuxException {
    StringBuilder text = new StringBuilder();
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(4096);
      while (true) {
        long count = ProcessKernel.read(pipe.number(), buffer.address(), 4096);
        if (count == -Errno.EINTR.number()) {
          continue;
        }
        LinuxException.check(count, "read", "pipe");
        if (count == 0) {
          return text.toString();
        }
        byte[] bytes = new byte[(int) count];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
        if (text.length() < MOST_OUTPUT) {
          text.append(FileNames.decode(bytes));
        }
      }
    }
  }
}
