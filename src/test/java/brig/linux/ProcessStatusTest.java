package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessStatusTest {
  @Test
  void aNameWithParenthesesAndBlanksDoesNotShiftTheFields() throws IOException {
    String stat =
        "42 (a) S 7 (x) R 5 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 10 20 3 0 0";
    String status =
        """
        Name:\ta) S 7 (x
        Uid:\t0\t33\t33\t33
        Gid:\t0\t34\t34\t34
        VmRSS:\t    1234 kB
        SigBlk:\t0000000000000002
        SigIgn:\t0000000000001000
        SigCgt:\t0000000000004001
        CapEff:\t0000000000000400
        NoNewPrivs:\t1
        Seccomp:\t2
        """;
    ProcessStatus read = ProcessStatus.parse(42, stat, status);
    assertThat(read)
        .isEqualTo(
            new ProcessStatus(
                42, "a) S 7 (x", 'R', 5, 987654, 33, 34, 1234, 0x4003, 0x1000, 0x400, true, 2));
    assertThat(read.catches(Signal.SIGTERM)).as("bit 14").isTrue();
    assertThat(read.catches(Signal.SIGINT)).as("held back").isTrue();
    assertThat(read.catches(Signal.SIGQUIT)).isFalse();
  }

  @Test
  void thisProcessIsThere() throws IOException {
    ProcessStatus self = ProcessStatus.of(ProcessStatus.self());
    assertThat(self).isNotNull();
    assertThat((long) self.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(self.uid()).isEqualTo(ProcessStatus.effectiveUid());
    assertThat(self.residentKib()).isGreaterThan(1000);
    assertThat(ProcessStatus.all()).contains(self.pid());
  }

  @Test
  void aProcessThatIsNotThereIsNull() throws IOException {
    assertThat(ProcessStatus.of(0x3FFFFF)).isNull();
    assertThat(ProcessStatus.namespace(0x3FFFFF, "pid")).isZero();
  }
}
