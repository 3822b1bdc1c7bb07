package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopDeviceTest {
  @TempDir Path directory;

  @Test
  void theStructHoldsTheFileAndTheFlag() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment config = arena.allocate(LoopDevice.CONFIG_SIZE, 8);
      LoopDevice.writeConfig(config, 42);
      assertThat(config.get(ValueLayout.JAVA_INT, 0)).isEqualTo(42);
      // struct loop_config: fd, block_size, then struct loop_info64, whose lo_flags are at 52.
      assertThat(config.get(ValueLayout.JAVA_INT, 60)).isEqualTo(4);
      config.set(ValueLayout.JAVA_INT, 0, 0);
      config.set(ValueLayout.JAVA_INT, 60, 0);
      assertThat(config.mismatch(arena.allocate(LoopDevice.CONFIG_SIZE, 8))).isEqualTo(-1);
    }
  }

  @Test
  void deviceNumbersAreEncodedAsTheKernelDoes() {
    assertThat(LoopDevice.encoded(8L << 32 | 1)).isEqualTo(0x801);
    assertThat(LoopDevice.encoded(254L << 32 | 300)).isEqualTo(0x10FE2C);
  }

  @Test
  @Tag("root")
  void aFileIsFoundOnTheDeviceThatItIsAttachedTo() throws Exception {
    Path path = directory.resolve("disk");
    Files.write(path, new byte[1 << 20]);
    try (Fd file = Fd.open(path.toString(), Fd.O_RDWR)) {
      assertThat(LoopDevice.find(file)).isNull();
      try (LoopDevice device = LoopDevice.attach(file)) {
        assertThat(device.path()).startsWith("/dev/loop");
        try (LoopDevice found = LoopDevice.find(file)) {
          assertThat(found).isNotNull();
          assertThat(found.path()).isEqualTo(device.path());
        }
        byte[] text = {'h', 'i'};
        device.fd().write(text);
        byte[] back = new byte[2];
        device.fd().read(0, back, 0, 2);
        assertThat(back).isEqualTo(text);
        Ext4.reserve(file, 2 << 20);
        device.growToFile();
        assertThat(device.fd().read((2 << 20) - 512, new byte[512], 0, 512)).isEqualTo(512);
      }
      assertThat(LoopDevice.find(file)).as("it went with its last user").isNull();
    }
  }

  @Test
  void aProgramOfTheHostTellsItsStatusAndItsWords() throws LinuxException {
    HostProgram.Result result =
        HostProgram.run(List.of("/bin/sh", "-c", "echo out; echo err >&2; env; exit 7"));
    assertThat(result.status()).isEqualTo(7);
    assertThat(result.output()).contains("out\n", "err\n", "LC_ALL=C\n").doesNotContain("JAVA");
    assertThat(HostProgram.run(List.of("/bin/sh", "-c", "kill -9 $$")).status()).isEqualTo(137);
    assertThat(HostProgram.run(List.of("/bin/sh", "-c", "ls /proc/self/fd | wc -l")).output())
        .as("0, 1, 2, and what ls opens")
        .isEqualTo("4\n");
    assertThat(HostProgram.find("no-such-program")).isNull();
  }
}
