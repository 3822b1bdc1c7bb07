package brig.audit.breakout;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes of the program for both architectures. */
class PuppetProgramTest {
  @ParameterizedTest
  @EnumSource(Architecture.class)
  void itIsAnExecutableWithNothingWritableThatRuns(Architecture architecture) {
    byte[] bytes = PuppetProgram.of(architecture);
    ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(elf.getInt(0)).isEqualTo(0x464C457F);
    assertThat(elf.getShort(16)).as("ET_EXEC").isEqualTo((short) 2);
    assertThat(elf.getLong(24)).as("entry").isEqualTo(0x400000 + 64 + 3 * 56);
    assertThat(elf.getInt(64 + 4)).as("text: r-x").isEqualTo(5);
    assertThat(elf.getInt(64 + 56 + 4)).as("memory: rw-").isEqualTo(6);
    assertThat(elf.getInt(64 + 2 * 56 + 4)).as("stack: rw-").isEqualTo(6);
  }

  @Test
  void itsCodeIsWhatTheAssemblerMakesOfTheTextBesideIt() {
    assertThat(PuppetProgram.code(Architecture.X86_64)).hasSize(0x6c);
    assertThat(PuppetProgram.code(Architecture.AARCH64)).hasSize(0x70);
  }
}
