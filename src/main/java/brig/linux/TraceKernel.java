package brig.linux;

/** Floor 1 for tracing; see {@link Kernel} for how to read it. */
final class TraceKernel {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;

  private TraceKernel() {}

  private static long call(int x86, int aarch64, long a, long b, long c, long d, long e, long f) {
    return Native.syscall(X86 ? x86 : aarch64, a, b, c, d, e, f);
  }

  /** The raw call: PEEK requests store through {@code data} instead of returning a word. */
  static long ptrace(int request, int tid, long address, long data) {
    return call(101, 117, request, tid, address, data, 0, 0);
  }

  static long wait4(int pid, long status, int options) {
    return call(61, 260, pid, status, options, 0, 0, 0);
  }

  static long process_vm_readv(int pid, long local, long remote) {
    return call(310, 270, pid, local, 1, remote, 1, 0);
  }

  static long process_vm_writev(int pid, long local, long remote) {
    return call(311, 271, pid, local, 1, remote, 1, 0);
  }

  static long getpgid(int pid) {
    return call(121, 155, pid, 0, 0, 0, 0, 0);
  }

  static int gettid() {
    return (int) call(186, 178, 0, 0, 0, 0, 0, 0);
  }

  static long tgkill(int pid, int tid, int signal) {
    return call(234, 131, pid, tid, signal, 0, 0, 0);
  }
}
