package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * How a confined child comes into being: clone3(2) as vfork(2) does it, and between birth and exec
 * the list of {@link ChildSteps}, worked through in machine code.
 *
 * <p>A child that shares the parent's memory must touch nothing of it but its own list, and must
 * not return; Java cannot promise that, and posix_spawn(3) has no word for users, limits, roots and
 * cgroups. It is born with every signal blocked, so that no handler of the JVM runs in it, and it
 * uses registers alone: the stack is the parent's. So the thread that calls need not stand still
 * until the child has become its program or is gone: the list is all that must stay until then. The
 * bytes below were assembled from the text beside them.
 */
final class Birth {
  private static final int CLONE_VM = 0x100;
  private static final int CLONE_PIDFD = 0x1000;
  private static final int CLONE_VFORK = 0x4000;
  private static final long CLONE_CLEAR_SIGHAND = 0x100000000L; // since Linux 5.5
  private static final long CLONE_INTO_CGROUP = 0x200000000L; // since Linux 5.7
  private static final int SIGCHLD = 17;
  private static final int CLONE_ARGS_SIZE = 88;

  private static final MemorySegment CODE = code();

  private Birth() {}

  /**
   * How a child is born.
   *
   * @param waited until it is its program, or gone; else its list must stay for as long
   * @param namespaces of its own (CLONE_NEW...); of one of processes it is the first process
   */
  record Kind(boolean waited, int namespaces) {}

  private static MemorySegment code() {
    try {
      return MemorySegment.ofAddress(
          MachineCode.executable(
              switch (Architecture.current()) {
                case X86_64 -> MachineCode.assembled(X86_64, false);
                case AARCH64 -> MachineCode.assembled(AARCH64, true);
              }));
    } catch (LinuxException e) {
      throw new IllegalStateException("no memory for machine code", e);
    }
  }

  /**
   * Begets the child.
   *
   * @param cgroup the version 2 cgroup it is born in; null: the parent's
   * @param kind how
   * @throws LinuxException what failed, in the parent or in the child that is waited for, which is
   *     gone then
   */
  static Pidfd give(ChildSteps steps, @Nullable Fd cgroup, Kind kind) throws LinuxException {
    MemorySegment pidfd = steps.bytes(8);
    MemorySegment arguments = steps.bytes(CLONE_ARGS_SIZE);
    cloneArgs(arguments, pidfd.address(), cgroup == null ? -1 : cgroup.number(), kind);
    Native.callInt(
        CODE, steps.begin(), steps.end(), arguments.address(), steps.state().address(), 0, 0, 0);
    long result = steps.state().get(ValueLayout.JAVA_LONG, 0);
    int pid = (int) LinuxException.check(result, "clone3", null);
    Pidfd child = Pidfd.adopt(Fd.of(pidfd.get(ValueLayout.JAVA_INT, 0), "child " + pid), pid);
    LinuxException failure = kind.waited ? steps.failure() : null;
    if (failure != null) {
      child.reap();
      child.close();
      throw failure;
    }
    return child;
  }

  // struct clone_args of linux/sched.h: u64 flags 0, pidfd 8, child_tid 16, parent_tid 24,
  // exit_signal 32, stack 40, stack_size 48, tls 56, set_tid 64, set_tid_size 72, cgroup 80
  static void cloneArgs(MemorySegment arguments, long pidfd, int cgroup, Kind kind) {
    long flags = CLONE_VM | CLONE_PIDFD | CLONE_CLEAR_SIGHAND | kind.namespaces;
    if (kind.waited) {
      flags |= CLONE_VFORK;
    }
    if (cgroup >= 0) {
      flags |= CLONE_INTO_CGROUP;
      arguments.set(ValueLayout.JAVA_LONG, 80, cgroup);
    }
    arguments.set(ValueLayout.JAVA_LONG, 0, flags);
    arguments.set(ValueLayout.JAVA_LONG, 8, pidfd);
    arguments.set(ValueLayout.JAVA_LONG, 32, SIGCHLD);
  }

  // Called with: the list's beginning, its end, struct clone_args, the state.
  // A step is: number 0, arguments 8 to 55, greatest result 56; or -1, address 8, mask 16, value
  // 24.
  static final String X86_64 =
      """
      F30F1EFA        endbr64
      53              push %rbx
      55              push %rbp
      4154            push %r12
      4155            push %r13
      4889FB          mov %rdi,%rbx
      4889F5          mov %rsi,%rbp
      4989D4          mov %rdx,%r12
      4989CD          mov %rcx,%r13
      B80E000000      mov $0xe,%eax
      BF02000000      mov $0x2,%edi
      498D7520        lea 0x20(%r13),%rsi
      498D5518        lea 0x18(%r13),%rdx
      41BA08000000    mov $0x8,%r10d
      0F05            syscall
      B8B3010000      mov $0x1b3,%eax
      4C89E7          mov %r12,%rdi
      BE58000000      mov $0x58,%esi
      0F05            syscall
      4885C0          test %rax,%rax
      7425            je 0x69
      49894500        mov %rax,0x0(%r13)
      B80E000000      mov $0xe,%eax
      BF02000000      mov $0x2,%edi
      498D7518        lea 0x18(%r13),%rsi
      31D2            xor %edx,%edx
      41BA08000000    mov $0x8,%r10d
      0F05            syscall
      31C0            xor %eax,%eax
      415D            pop %r13
      415C            pop %r12
      5D              pop %rbp
      5B              pop %rbx
      C3              ret
      4839EB          cmp %rbp,%rbx
      7348            jae 0xb6
      488B03          mov (%rbx),%rax
      488B7B08        mov 0x8(%rbx),%rdi
      4883F8FF        cmp $0xffffffffffffffff,%rax
      7426            je 0xa1
      488B7310        mov 0x10(%rbx),%rsi
      488B5318        mov 0x18(%rbx),%rdx
      4C8B5320        mov 0x20(%rbx),%r10
      4C8B4328        mov 0x28(%rbx),%r8
      4C8B4B30        mov 0x30(%rbx),%r9
      0F05            syscall
      49894528        mov %rax,0x28(%r13)
      483B4338        cmp 0x38(%rbx),%rax
      7713            ja 0xae
      4883C340        add $0x40,%rbx
      EBC8            jmp 0x69
      488B07          mov (%rdi),%rax
      48234310        and 0x10(%rbx),%rax
      483B4318        cmp 0x18(%rbx),%rax
      74ED            je 0x9b
      49895D08        mov %rbx,0x8(%r13)
      49894510        mov %rax,0x10(%r13)
      B8E7000000      mov $0xe7,%eax
      BF7F000000      mov $0x7f,%edi
      0F05            syscall
      EBF2            jmp 0xb6
      """;

  static final String AARCH64 =
      """
      D503245F    bti c
      A9BE53F3    stp x19, x20, [sp, #-32]!
      A9015BF5    stp x21, x22, [sp, #16]
      AA0003F3    mov x19, x0
      AA0103F4    mov x20, x1
      AA0203F5    mov x21, x2
      AA0303F6    mov x22, x3
      D28010E8    mov x8, #0x87
      D2800040    mov x0, #0x2
      910082C1    add x1, x22, #0x20
      910062C2    add x2, x22, #0x18
      D2800103    mov x3, #0x8
      D4000001    svc #0x0
      D2803668    mov x8, #0x1b3
      AA1503E0    mov x0, x21
      D2800B01    mov x1, #0x58
      D4000001    svc #0x0
      B4000180    cbz x0, 74 <.text+0x74>
      F90002C0    str x0, [x22]
      D28010E8    mov x8, #0x87
      D2800040    mov x0, #0x2
      910062C1    add x1, x22, #0x18
      D2800002    mov x2, #0x0
      D2800103    mov x3, #0x8
      D4000001    svc #0x0
      D2800000    mov x0, #0x0
      A9415BF5    ldp x21, x22, [sp, #16]
      A8C253F3    ldp x19, x20, [sp], #32
      D65F03C0    ret
      EB14027F    cmp x19, x20
      540002E2    b.cs d4 <.text+0xd4>
      F9400268    ldr x8, [x19]
      F9400660    ldr x0, [x19, #8]
      B100051F    cmn x8, #0x1
      54000160    b.eq b4 <.text+0xb4>
      A9410A61    ldp x1, x2, [x19, #16]
      A9421263    ldp x3, x4, [x19, #32]
      F9401A65    ldr x5, [x19, #48]
      D4000001    svc #0x0
      F90016C0    str x0, [x22, #40]
      F9401E69    ldr x9, [x19, #56]
      EB09001F    cmp x0, x9
      54000128    b.hi cc <.text+0xcc>
      91010273    add x19, x19, #0x40
      17FFFFF1    b 74 <.text+0x74>
      F9400000    ldr x0, [x0]
      F9400A69    ldr x9, [x19, #16]
      8A090000    and x0, x0, x9
      F9400E69    ldr x9, [x19, #24]
      EB09001F    cmp x0, x9
      54FFFF20    b.eq ac <.text+0xac>
      F90006D3    str x19, [x22, #8]
      F9000AC0    str x0, [x22, #16]
      D2800BC8    mov x8, #0x5e
      D2800FE0    mov x0, #0x7f
      D4000001    svc #0x0
      17FFFFFD    b d4 <.text+0xd4>
      """;
}
