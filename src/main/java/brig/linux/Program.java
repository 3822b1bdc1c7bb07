package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/**
 * A program to be started, its path, arguments and environment laid out in memory beforehand: the
 * thread that starts it needs nothing more.
 */
public final class Program {
  private static final int POSIX_SPAWN_SETSIGDEF = 0x04;
  private static final int POSIX_SPAWN_SETSIGMASK = 0x08;
  private static final int POSIX_SPAWN_SETSID = 0x80; // glibc 2.26 and musl alike
  private static final int SIGSET_SIZE = 128; // the C library's sigset_t
  // glibc's posix_spawnattr_t has 336 bytes, musl's as many; there is no call that tells.
  private static final int ATTRIBUTES_SIZE = 512;

  private static final MemorySegment POSIX_SPAWN = Native.symbol("posix_spawn");
  private static final MemorySegment ATTR_INIT = Native.symbol("posix_spawnattr_init");
  private static final MemorySegment ATTR_FLAGS = Native.symbol("posix_spawnattr_setflags");
  private static final MemorySegment ATTR_MASK = Native.symbol("posix_spawnattr_setsigmask");
  private static final MemorySegment ATTR_DEFAULT = Native.symbol("posix_spawnattr_setsigdefault");

  private final String name;
  private final MemorySegment path;
  private final MemorySegment argv;
  private final MemorySegment environment;
  private final MemorySegment attributes;
  private final MemorySegment pid;

  // Keeps the strings that the two arrays point to.
  private final Arena arena = Arena.ofAuto();

  /**
   * @param arguments the program's path first
   * @param newSession a spawned child leads a session of its own, without a terminal
   */
  public Program(List<String> arguments, Map<String, String> environment, boolean newSession) {
    this(arguments.getFirst(), arguments, environment, newSession);
  }

  /**
   * The same for a program that is told another name than its path.
   *
   * @param arguments what it is told, its name first
   */
  public Program(
      String path, List<String> arguments, Map<String, String> environment, boolean newSession) {
    this.name = path;
    this.path = cString(name);
    this.argv = arena.allocate(ValueLayout.JAVA_LONG, arguments.size() + 1L);
    for (int i = 0; i < arguments.size(); i++) {
      argv.setAtIndex(ValueLayout.JAVA_LONG, i, cString(arguments.get(i)).address());
    }
    this.environment = arena.allocate(ValueLayout.JAVA_LONG, environment.size() + 1L);
    int i = 0;
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String text = variable.getKey() + "=" + variable.getValue();
      this.environment.setAtIndex(ValueLayout.JAVA_LONG, i++, cString(text).address());
    }
    this.attributes = attributes(newSession);
    this.pid = arena.allocate(8, 8);
  }

  private MemorySegment cString(String text) {
    byte[] bytes = FileNames.encode(text);
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a NUL byte inside a C string");
      }
    }
    MemorySegment segment = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  private MemorySegment attributes(boolean newSession) {
    MemorySegment attr = arena.allocate(ATTRIBUTES_SIZE, 16);
    MemorySegment none = arena.allocate(SIGSET_SIZE, 8);
    // All 64, the two that glibc keeps for itself included: posix_spawn would ignore those.
    MemorySegment all = arena.allocate(SIGSET_SIZE, 8);
    all.set(ValueLayout.JAVA_LONG, 0, -1L);
    int flags =
        POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (newSession ? POSIX_SPAWN_SETSID : 0);
    call(ATTR_INIT, attr.address(), 0);
    call(ATTR_FLAGS, attr.address(), flags);
    call(ATTR_MASK, attr.address(), none.address());
    call(ATTR_DEFAULT, attr.address(), all.address());
    return attr;
  }

  private static void call(MemorySegment function, long a, long b) {
    int error = Native.callInt(function, a, b, 0, 0, 0, 0, 0);
    if (error != 0) {
      throw new IllegalStateException("posix_spawnattr: " + Errno.of(error).text());
    }
  }

  /**
   * The program's path as execve(2) is given it by {@link #spawn} and {@link #exec}: the address
   * tells this very exec from every other.
   */
  public long pathAddress() {
    return path.address();
  }

  /** The path inside the jail. */
  public String name() {
    return name;
  }

  /** Turns this process into the program. Returns only by throwing. */
  public void exec() throws LinuxException {
    LinuxException.check(
        JailKernel.execve(path.address(), argv.address(), environment.address()), "execve", name);
  }

  /**
   * Starts the program as a child with all that the calling thread is confined to, with the default
   * meaning of every signal and none of them blocked.
   *
   * @return its pid, as this process sees it
   */
  public int spawn() throws LinuxException {
    int error =
        Native.callInt(
            POSIX_SPAWN,
            pid.address(),
            path.address(),
            0,
            attributes.address(),
            argv.address(),
            environment.address(),
            0);
    if (error != 0) {
      throw new LinuxException("execve", name, Errno.of(error));
    }
    return pid.get(ValueLayout.JAVA_INT, 0);
  }
}
