package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The layout of each struct that confinement hands to the kernel, byte for byte. */
class ConfiningStructsTest {
  private static String hex(MemorySegment segment) {
    return HexFormat.of().formatHex(segment.toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void mountAttributesAreFourWords() {
    try (Scratch memory = Scratch.take()) {
      assertThat(hex(Mounts.attributes(memory, 0x0F, 0x04, 1 << 18)))
          .isEqualTo("0f000000000000000400000000000000" + "00000400000000000000000000000000");
    }
  }

  @Test
  void limitsGoBothWays() {
    try (Scratch memory = Scratch.take()) {
      Limits.Pair pair = new Limits.Pair(1024, -1);
      MemorySegment limit = Limits.write(memory, pair);
      assertThat(hex(limit)).isEqualTo("0004000000000000ffffffffffffffff");
      assertThat(Limits.read(limit)).isEqualTo(pair);
    }
  }

  @Test
  void capabilitySetsGoBothWaysInTwoHalves() {
    try (Scratch memory = Scratch.take()) {
      Capabilities sets = new Capabilities(0x1_00000002L, 0x3_00000004L, 0x5_00000006L);
      MemorySegment data = memory.bytes(24);
      sets.write(data);
      assertThat(hex(data)).isEqualTo("020000000400000006000000" + "010000000300000005000000");
      assertThat(Capabilities.read(data)).isEqualTo(sets);
    }
  }

  @Test
  void landlocksStructsAreAsItsHeaderSays() {
    try (Scratch memory = Scratch.take()) {
      assertThat(hex(Landlock.rulesetAttributes(memory, 0xFFFF, 3, 2)))
          .isEqualTo("ffff000000000000" + "0300000000000000" + "0200000000000000");
      assertThat(hex(Landlock.pathBeneath(memory, 0x0D, 9)))
          .isEqualTo("0d00000000000000" + "09000000");
      assertThat(hex(Landlock.netPort(memory, 1, 443)))
          .isEqualTo("0100000000000000bb01000000000000");
    }
  }

  @Test
  void anInstructionOfAFilterHasEightBytes() {
    BpfProgram program =
        new BpfProgram().load(BpfProgram.ARCH).ifEqual(0xC000003E, 1).answer(BpfProgram.ALLOW);
    assertThat(program.instructions())
        .containsExactly(0x00000004_0000_0020L, 0xC000003E_0100_0015L, 0x7FFF0000_0000_0006L);
    Seccomp.Filter filter = new Seccomp.Filter(program);
    MemorySegment prog = filter.program();
    assertThat(prog.get(ValueLayout.JAVA_SHORT, 0)).isEqualTo((short) 3);
    assertThat(prog.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(filter.instructions().address());
  }
}
