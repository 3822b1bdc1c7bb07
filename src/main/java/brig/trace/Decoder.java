package brig.trace;

import brig.linux.Architecture;
import brig.linux.Attributes;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.SyscallStop;
import brig.linux.TraceeMemory;
import brig.trace.CallShape.Special;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a process asks for out of its registers and memory, while it stands at the beginning
 * of the call. Another thread of it may change the memory before the kernel reads it: what is told
 * here is evidence, not a guard.
 */
final class Decoder {
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int RESOLVE_IN_ROOT = 0x10;
  private static final int PATH_MAX = 4096;
  private static final int X32 = 0x40000000;

  private final TraceeMemory memory = new TraceeMemory();
  private final Places places;
  private final int nativeArch = Architecture.current().auditArch();
  private final TracedCalls nativeCalls = TracedCalls.of(Architecture.current());
  private @Nullable TracedCalls i386Calls;

  Decoder(Places places) {
    this.places = places;
  }

  TraceeMemory memory() {
    return memory;
  }

  /** Calls of this program have numbers that are not decoded. */
  boolean foreign(SyscallStop stop) {
    return stop.arch() != nativeArch ? !isI386(stop) : (stop.number() & X32) != 0;
  }

  /** A call of this machine's own 64-bit programs. */
  boolean isNative(SyscallStop stop) {
    return stop.arch() == nativeArch && (stop.number() & X32) == 0;
  }

  private static boolean isI386(SyscallStop stop) {
    return stop.arch() == I386Calls.ARCH && Architecture.current() == Architecture.X86_64;
  }

  /** Null when the call is not one of the traced. */
  @Nullable PendingCall decode(Tracee tracee, SyscallStop stop) {
    if (foreign(stop)) {
      return null;
    }
    CallShape shape = calls(stop).shape(stop.number());
    if (shape == null || (shape.access() == Access.SEND && stop.argument(shape.path()) == 0)) {
      return null;
    }
    return switch (shape.special()) {
      case ADDRESS -> address(tracee, shape, stop);
      case BARE, RESULT -> pending(tracee, shape, shape.access(), "", null, null);
      case DESCRIPTOR -> descriptor(tracee, shape, stop);
      case NONE, OPEN, OPEN_HOW, TEXT -> paths(tracee, shape, stop);
    };
  }

  private TracedCalls calls(SyscallStop stop) {
    if (stop.arch() == nativeArch) {
      return nativeCalls;
    }
    if (i386Calls == null) {
      i386Calls = TracedCalls.i386();
    }
    return i386Calls;
  }

  private PendingCall pending(
      Tracee tracee,
      CallShape shape,
      Access access,
      String asked,
      @Nullable String path,
      @Nullable String second) {
    return new PendingCall(shape, access, asked, path, rootIfOther(tracee), second, null);
  }

  private @Nullable String rootIfOther(Tracee tracee) {
    String root = places.root(tracee);
    return root.equals("/") ? null : root;
  }

  private PendingCall descriptor(Tracee tracee, CallShape shape, SyscallStop stop) {
    int number = (int) stop.argument(shape.directory());
    String path = number < 0 ? null : Places.directory(tracee.tid, number);
    return pending(tracee, shape, shape.access(), "", path, null);
  }

  private PendingCall paths(Tracee tracee, CallShape shape, SyscallStop stop) {
    int directory = shape.directory() < 0 ? -100 : (int) stop.argument(shape.directory());
    long address = stop.argument(shape.path());
    String asked = address == 0 ? "" : memory.name(tracee.tid, address, PATH_MAX);
    long how = shape.special() == Special.OPEN_HOW ? stop.argument(shape.flags()) : 0;
    boolean scoped = how != 0 && (memory.word(tracee.tid, how + 16) & RESOLVE_IN_ROOT) != 0;
    String path;
    if (asked == null) {
      path = null;
    } else if (asked.isEmpty()) {
      // A null path means the descriptor to utimensat(2), and since Linux 6.11 to statx(2).
      path =
          address == 0 || emptyAllowed(shape, stop)
              ? Places.directory(tracee.tid, directory)
              : null;
    } else if (scoped) {
      String top = Places.directory(tracee.tid, directory);
      path = top == null ? null : Places.below(top, asked.startsWith("/") ? asked : "/" + asked);
    } else {
      path = places.absolute(tracee, directory, asked);
    }
    return pending(
        tracee,
        shape,
        access(tracee, shape, stop, how),
        asked == null ? "" : asked,
        path,
        second(tracee, shape, stop));
  }

  private static boolean emptyAllowed(CallShape shape, SyscallStop stop) {
    return shape.special() == Special.NONE
        && shape.flags() >= 0
        && (stop.argument(shape.flags()) & AT_EMPTY_PATH) != 0;
  }

  private Access access(Tracee tracee, CallShape shape, SyscallStop stop, long how) {
    long flags =
        switch (shape.special()) {
          case OPEN -> stop.argument(shape.flags());
          case OPEN_HOW -> memory.word(tracee.tid, how);
          case NONE, DESCRIPTOR, RESULT, ADDRESS, TEXT, BARE -> 0;
        };
    boolean writes = (flags & (Fd.O_WRONLY | Fd.O_RDWR | Fd.O_CREAT | Fd.O_TRUNC)) != 0;
    return writes && (flags & Fd.O_PATH) == 0 ? Access.WRITE : shape.access();
  }

  private @Nullable String second(Tracee tracee, CallShape shape, SyscallStop stop) {
    if (shape.secondPath() < 0 || stop.argument(shape.secondPath()) == 0) {
      return null;
    }
    String asked = memory.name(tracee.tid, stop.argument(shape.secondPath()), PATH_MAX);
    if (asked == null || shape.special() == Special.TEXT) {
      return asked;
    }
    int directory =
        shape.secondDirectory() < 0 ? -100 : (int) stop.argument(shape.secondDirectory());
    return places.absolute(tracee, directory, asked);
  }

  private PendingCall address(Tracee tracee, CallShape shape, SyscallStop stop) {
    int length = Math.clamp(stop.argument(shape.flags()), 0, SocketAddress.LONGEST);
    byte[] bytes = memory.bytes(tracee.tid, stop.argument(shape.path()), length);
    SocketAddress address = SocketAddress.of(bytes);
    return switch (address.kind()) {
      case PATH ->
          pending(
              tracee,
              shape,
              shape.access(),
              address.text(),
              places.absolute(tracee, -100, address.text()),
              null);
      case ADDRESS ->
          new PendingCall(
              shape,
              shape.access(),
              "",
              null,
              rootIfOther(tracee),
              null,
              address.text(),
              shape.access() == Access.SEND
                  ? null
                  : protocol(tracee.tid, (int) stop.argument(shape.directory())));
    };
  }

  // What sockets tell of themselves by an attribute since Linux 2.6.38, on no man page.
  private static @Nullable String protocol(int tid, int descriptor) {
    try (Fd socket = Fd.open("/proc/" + tid + "/fd/" + descriptor, Fd.O_PATH)) {
      byte[] name = Attributes.valueOrNull(socket, "system.sockprotoname");
      return name == null || name.length == 0
          ? null
          : new String(name, 0, name.length - 1, StandardCharsets.US_ASCII);
    } catch (LinuxException e) {
      return null; // it is gone, or no socket
    }
  }
}
