package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What the kernel is given for a birth, and the machine code as it was assembled. */
class BirthTest {
  @Test
  void cloneArgumentsLieWhereTheKernelReadsThem() {
    try (Scratch memory = Scratch.take()) {
      MemorySegment arguments = memory.bytes(88);
      Birth.cloneArgs(arguments, 0x1122334455667788L, 9, new Birth.Kind(true, 0));
      assertThat(HexFormat.of().formatHex(arguments.toArray(ValueLayout.JAVA_BYTE)))
          .isEqualTo(
              "0051000003000000" // CLONE_VM, _PIDFD, _VFORK, _CLEAR_SIGHAND, _INTO_CGROUP
                  + "8877665544332211"
                  + "00".repeat(16)
                  + "1100000000000000" // SIGCHLD
                  + "00".repeat(40)
                  + "0900000000000000");
    }
  }

  @Test
  void withoutACgroupTheFlagIsNotSet() {
    try (Scratch memory = Scratch.take()) {
      MemorySegment arguments = memory.bytes(88);
      Birth.cloneArgs(arguments, 0, -1, new Birth.Kind(true, 0));
      assertThat(arguments.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(0x100005100L);
      assertThat(arguments.get(ValueLayout.JAVA_LONG, 80)).isZero();
    }
  }

  @Test
  void whoIsNotWaitedForDoesNotHoldItsParent() {
    try (Scratch memory = Scratch.take()) {
      MemorySegment arguments = memory.bytes(88);
      Birth.cloneArgs(arguments, 0, -1, new Birth.Kind(false, 0));
      assertThat(arguments.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(0x100001100L);
    }
  }

  @Test
  void theFirstOfANamespaceIsBornWithThatFlag() {
    try (Scratch memory = Scratch.take()) {
      MemorySegment arguments = memory.bytes(88);
      Birth.cloneArgs(arguments, 0, -1, new Birth.Kind(true, Namespaces.CLONE_NEWPID));
      assertThat(arguments.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(0x120005100L);
    }
  }

  @Test
  void theListingsAreWholeInstructions() {
    byte[] x86 = MachineCode.assembled(Birth.X86_64, false);
    assertThat(x86).hasSize(0xB6 + 14).startsWith(0xF3, 0x0F, 0x1E, 0xFA).endsWith(0xEB, 0xF2);
    byte[] aarch64 = MachineCode.assembled(Birth.AARCH64, true);
    assertThat(aarch64).hasSize(0xD4 + 16).startsWith(0x5F, 0x24, 0x03, 0xD5);
    assertThat(HexFormat.of().formatHex(aarch64)).endsWith("fdffff17");
  }
}
