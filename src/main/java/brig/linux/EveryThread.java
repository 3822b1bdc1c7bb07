package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A system call made by each thread of this process, one after the other.
 *
 * <p>The kernel keeps credentials, capabilities and Landlock for each thread (credentials(7),
 * landlock(7); TSYNC for the latter comes with ABI 8). The C library changes user and groups of all
 * threads by a signal whose handler makes the raw call (nptl(7)); this is the same for any call: a
 * handler in machine code takes number and arguments from a block of memory, makes the call, and
 * counts. It touches neither the virtual machine nor errno, and the kernel restores every register
 * when it returns (signal-safety(7)).
 *
 * <p>A thread that is born meanwhile has what its creator had. So the list of threads is read again
 * until it holds none that the call was not made by.
 */
public final class EveryThread implements AutoCloseable {
  // The JDK takes SIGRTMAX - 2, ThreadWaker SIGRTMAX - 7.
  private static final int SIGNAL = 64 - 6;
  private static final int SA_RESTART = 0x10000000;
  private static final int SIGACTION_SIZE = 152;
  private static final int ARGUMENTS = 4;
  private static final int DONE = 40;
  private static final int FAILED = 48;
  private static final int ANSWER = 56;
  private static final long DEADLINE_NANOS = 5_000_000_000L;
  private static final long SHORT_NANOS = 10_000;
  private static final int ESRCH = -Errno.ESRCH.number();

  private static final int PR_CAPBSET_DROP = 24;

  private final MemorySegment block = Arena.global().allocate(64, 64);
  private final Fd threads;

  /** Made while /proc can be seen; it is of use afterwards too. */
  public EveryThread() throws LinuxException {
    threads = Fd.open("/proc/self/task", Fd.O_RDONLY | Fd.O_DIRECTORY);
    long handler =
        MachineCode.executable(
            switch (Architecture.current()) {
              case X86_64 -> x86(block.address());
              case AARCH64 -> aarch64(block.address());
            });
    try (Scratch memory = Scratch.take()) {
      MemorySegment action = memory.bytes(SIGACTION_SIZE);
      action.set(ValueLayout.JAVA_LONG, 0, handler);
      action.set(ValueLayout.JAVA_INT, 136, SA_RESTART);
      int result =
          Native.callInt(Native.symbol("sigaction"), SIGNAL, action.address(), 0, 0, 0, 0, 0);
      LinuxException.check(result, "sigaction", Signal.name(SIGNAL));
    }
  }

  static byte[] x86(long block) {
    int[] code = {
      0xF3, 0x0F, 0x1E, 0xFA, // endbr64
      0x48, 0xBB, 0, 0, 0, 0, 0, 0, 0, 0, // movabs $block, %rbx
      0x48, 0x8B, 0x03, // mov (%rbx), %rax
      0x48, 0x8B, 0x7B, 0x08, // mov 8(%rbx), %rdi
      0x48, 0x8B, 0x73, 0x10, // mov 16(%rbx), %rsi
      0x48, 0x8B, 0x53, 0x18, // mov 24(%rbx), %rdx
      0x4C, 0x8B, 0x53, 0x20, // mov 32(%rbx), %r10
      0x45, 0x31, 0xC0, // xor %r8d, %r8d
      0x0F, 0x05, // syscall
      0x48, 0x85, 0xC0, // test %rax, %rax
      0x74, 0x09, // jz past the next two
      0x48, 0x89, 0x43, 0x38, // mov %rax, 56(%rbx)
      0xF0, 0x48, 0xFF, 0x43, 0x30, // lock incq 48(%rbx)
      0xF0, 0x48, 0xFF, 0x43, 0x28, // lock incq 40(%rbx)
      0xC3, // ret
    };
    byte[] bytes = new byte[code.length];
    for (int i = 0; i < code.length; i++) {
      bytes[i] = (byte) code[i];
    }
    for (int i = 0; i < 8; i++) {
      bytes[6 + i] = (byte) (block >>> (8 * i));
    }
    return bytes;
  }

  static byte[] aarch64(long block) {
    int[] words = {
      0xD503245F, // bti c
      0xD2800009 | (int) (block & 0xFFFF) << 5, // movz x9, #block
      0xF2A00009 | (int) (block >>> 16 & 0xFFFF) << 5, // movk x9, lsl 16
      0xF2C00009 | (int) (block >>> 32 & 0xFFFF) << 5, // movk x9, lsl 32
      0xF2E00009 | (int) (block >>> 48 & 0xFFFF) << 5, // movk x9, lsl 48
      0xF9400128, // ldr x8, [x9]
      0xF9400520, // ldr x0, [x9, #8]
      0xF9400921, // ldr x1, [x9, #16]
      0xF9400D22, // ldr x2, [x9, #24]
      0xF9401123, // ldr x3, [x9, #32]
      0xD2800004, // movz x4, #0
      0xD4000001, // svc #0
      0xB40000E0, // cbz x0, past the next six
      0xF9001D20, // str x0, [x9, #56]
      0x9100C12A, // add x10, x9, #48
      0xC85F7D4B, // ldxr x11, [x10]
      0x9100056B, // add x11, x11, #1
      0xC80C7D4B, // stxr w12, x11, [x10]
      0x35FFFFAC, // cbnz w12, back to ldxr
      0x9100A12A, // add x10, x9, #40
      0xC85F7D4B, // ldxr x11, [x10]
      0x9100056B, // add x11, x11, #1
      0xC80C7D4B, // stxr w12, x11, [x10]
      0x35FFFFAC, // cbnz w12, back to ldxr
      0xD65F03C0, // ret
    };
    byte[] code = new byte[words.length * 4];
    for (int i = 0; i < code.length; i++) {
      code[i] = (byte) (words[i / 4] >> (8 * (i % 4)));
    }
    return code;
  }

  /** A call that changes nothing, so that all that the others need is loaded. */
  public void rehearse() throws LinuxException {
    call("sched_yield", Architecture.current() == Architecture.X86_64 ? 24 : 124);
  }

  /** Puts a Landlock fence around all: they cannot be one domain, so each gets its own. */
  public void restrict(Landlock fence) throws LinuxException {
    call("landlock_restrict_self", JailKernel.LANDLOCK_RESTRICT_SELF, fence.ruleset().number(), 0);
  }

  /** Takes a capability out of the bounding sets. */
  public void unbound(Capability capability) throws LinuxException {
    call(
        "prctl PR_CAPBSET_DROP",
        JailKernel.PRCTL,
        PR_CAPBSET_DROP,
        Long.numberOfTrailingZeros(capability.bit()));
  }

  /** Groups, gid and uid: real, effective, saved; of uid 0 nothing is left. */
  public void become(int uid, int gid, List<Integer> groups) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment list = memory.bytes(Math.max(4, groups.size() * 4));
      for (int i = 0; i < groups.size(); i++) {
        list.setAtIndex(ValueLayout.JAVA_INT, i, groups.get(i));
      }
      call("setgroups", JailKernel.SETGROUPS, groups.size(), list.address());
    }
    call("setresgid", JailKernel.SETRESGID, gid, gid, gid);
    call("setresuid", JailKernel.SETRESUID, uid, uid, uid);
  }

  /** Empties the effective, permitted, inheritable and with them the ambient sets. */
  public void dropCapabilities() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment header = memory.bytes(8);
      header.set(ValueLayout.JAVA_INT, 0, 0x20080522);
      MemorySegment none = memory.bytes(24);
      call("capset", JailKernel.CAPSET, header.address(), none.address());
    }
  }

  void call(String name, int number, long... arguments) throws LinuxException {
    block.fill((byte) 0);
    block.set(ValueLayout.JAVA_LONG, 0, number);
    for (int i = 0; i < arguments.length && i < ARGUMENTS; i++) {
      block.set(ValueLayout.JAVA_LONG, 8 + 8L * i, arguments[i]);
    }
    List<String> done = new ArrayList<>();
    boolean more = true;
    while (more) {
      more = false;
      for (String tid : threads.list()) {
        if (!done.contains(tid)) {
          done.add(tid);
          more = true;
          byOne(name, Integer.parseInt(tid));
        }
      }
    }
  }

  private void byOne(String name, int tid) throws LinuxException {
    long before = count(DONE);
    long sent = TraceKernel.tgkill(ProcessKernel.getpid(), tid, SIGNAL);
    if (sent == ESRCH) {
      return; // it has ended since
    }
    LinuxException.check(sent, "tgkill", name);
    long deadline = System.nanoTime() + DEADLINE_NANOS;
    while (count(DONE) == before) {
      if (System.nanoTime() > deadline) {
        if (threads.list().contains(Integer.toString(tid))) {
          throw new LinuxException(name + " on every thread", null, Errno.ETIMEDOUT);
        }
        return;
      }
      LockSupport.parkNanos(SHORT_NANOS);
    }
    if (count(FAILED) != 0) {
      throw new LinuxException(name, null, Errno.of((int) -count(ANSWER)));
    }
  }

  private long count(int at) {
    VarHandle.acquireFence();
    return block.get(ValueLayout.JAVA_LONG, at);
  }

  /** How many threads there are. */
  public int count() throws LinuxException {
    return threads.list().size();
  }

  @Override
  public void close() {
    threads.close();
  }
}
