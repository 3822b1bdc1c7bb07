package brig.trace;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.SyscallNames;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TraceFilterTest {
  private static final long AT_FDCWD = -100 & 0xFFFFFFFFL;

  private static int answer(BpfProgram filter, Architecture architecture, String name, long... a) {
    Integer number = SyscallNames.of(architecture).number(name);
    assertThat(number).as(name).isNotNull();
    return filter.run(number, architecture.auditArch(), a);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void callsWithAPathStopAndOthersPass(Architecture architecture) {
    BpfProgram filter = TraceFilter.of(architecture);
    for (String name : List.of("openat", "execve", "connect", "bind", "renameat2", "getdents64")) {
      assertThat(answer(filter, architecture, name)).as(name).isEqualTo(BpfProgram.TRACE);
    }
    for (String name : List.of("read", "write", "mmap", "futex", "close", "fstat", "sendmsg")) {
      assertThat(answer(filter, architecture, name)).as(name).isEqualTo(BpfProgram.ALLOW);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void askingAboutADescriptorPasses(Architecture architecture) {
    BpfProgram filter = TraceFilter.of(architecture);
    assertThat(answer(filter, architecture, "newfstatat", 3, 0, 0, 0x1000))
        .isEqualTo(BpfProgram.ALLOW);
    assertThat(answer(filter, architecture, "newfstatat", 3, 0, 0, 0x100))
        .isEqualTo(BpfProgram.TRACE);
    assertThat(answer(filter, architecture, "newfstatat", AT_FDCWD, 0, 0, 0x1000))
        .isEqualTo(BpfProgram.TRACE);
    assertThat(answer(filter, architecture, "statx", 3, 0, 0x1000)).isEqualTo(BpfProgram.ALLOW);
    assertThat(answer(filter, architecture, "statx", AT_FDCWD, 0, 0x1000))
        .isEqualTo(BpfProgram.TRACE);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void sendingStopsOnlyWithAnAddress(Architecture architecture) {
    BpfProgram filter = TraceFilter.of(architecture);
    assertThat(answer(filter, architecture, "sendto")).isEqualTo(BpfProgram.ALLOW);
    assertThat(answer(filter, architecture, "sendto", 3, 0, 0, 0, 0x10))
        .isEqualTo(BpfProgram.TRACE);
    assertThat(answer(filter, architecture, "sendto", 3, 0, 0, 0, 0x7F00000000L))
        .isEqualTo(BpfProgram.TRACE);
  }

  @Test
  void programsOfAnotherArchitectureStopAlways() {
    BpfProgram filter = TraceFilter.of(Architecture.X86_64);
    assertThat(filter.run(4, I386Calls.ARCH)).isEqualTo(BpfProgram.TRACE);
    assertThat(filter.run(0x40000000, Architecture.X86_64.auditArch())).isEqualTo(BpfProgram.TRACE);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void whoAsksForAllCallsMissesOnlyThoseThatMayPass(Architecture architecture) {
    BpfProgram filter = TraceFilter.ofAll(architecture, List.of("read", "execve", "time"));
    SyscallNames names = SyscallNames.of(architecture);
    for (String name : names.names()) {
      boolean passes = name.equals("read") || name.equals("time");
      assertThat(answer(filter, architecture, name, 3, 0, 0, 0x1000))
          .as(name)
          .isEqualTo(passes ? BpfProgram.ALLOW : BpfProgram.TRACE);
    }
    assertThat(filter.run(-1, architecture.auditArch())).isEqualTo(BpfProgram.TRACE);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theGateAsksAboutOneExecAlone(Architecture architecture) {
    BpfProgram filter = TraceFilter.withGate(architecture, 0x7F0012345678L);
    assertThat(answer(filter, architecture, "execve", 0x7F0012345678L))
        .isEqualTo(BpfProgram.USER_NOTIF);
    assertThat(answer(filter, architecture, "execve", 0x7F0012345679L)).isEqualTo(BpfProgram.TRACE);
    assertThat(answer(filter, architecture, "execve", 0x7E0012345678L)).isEqualTo(BpfProgram.TRACE);
    assertThat(answer(filter, architecture, "openat", 0x7F0012345678L)).isEqualTo(BpfProgram.TRACE);
    assertThat(answer(filter, architecture, "read")).isEqualTo(BpfProgram.ALLOW);
  }

  @Test
  void everyTracedCallIsOneThatExists() {
    assertThat(TracedCalls.names()).doesNotHaveDuplicates().allMatch(SyscallNames::exists);
    TracedCalls i386 = TracedCalls.i386();
    assertThat(i386.shape(5)).isEqualTo(TracedCalls.of(Architecture.X86_64).shape(2));
    assertThat(i386.shape(4)).isNull();
  }
}
