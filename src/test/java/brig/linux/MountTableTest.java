package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MountTableTest {
  @Test
  void linesAreReadWithTheirOptionalFieldsAndEscapes() {
    String text =
        "36 35 98:0 /mnt1 /a\\040b rw,nosuid shared:1 master:2 - ext3 /dev/root"
            + " rw,errors=continue\n"
            + "37 35 0:5 / /proc ro - proc proc rw,hidepid=2\n"
            + "broken\n";
    assertThat(MountTable.parse(text.getBytes(StandardCharsets.UTF_8)))
        .satisfiesExactly(
            first -> {
              assertThat(first.point()).isEqualTo("/a b");
              assertThat(first.root()).isEqualTo("/mnt1");
              assertThat(first.type()).isEqualTo("ext3");
              assertThat(first.has("nosuid")).isTrue();
              assertThat(first.has("errors=continue")).as("not the mount's own").isFalse();
            },
            second -> assertThat(second.shared()).contains("hidepid=2"));
  }

  @Test
  void theKernelsOwnTableHasARoot() throws LinuxException {
    assertThat(MountTable.mine()).anyMatch(mount -> mount.point().equals("/"));
  }
}
