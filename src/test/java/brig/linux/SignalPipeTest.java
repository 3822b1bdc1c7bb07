package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SignalPipeTest {
  @Test
  void everySignalThatAServiceMayBeSentArrivesThoseOfTheVirtualMachineIncluded()
      throws IOException {
    int[] signals = {
      Signal.SIGQUIT, Signal.SIGUSR2, Signal.SIGUSR1, Signal.SIGWINCH, Signal.SIGCONT
    };
    try (SignalPipe pipe = SignalPipe.of(signals);
        Pidfd self = Pidfd.open(ProcessStatus.self())) {
      assertThat(pipe.next()).as("nothing has come yet").isZero();
      assertThat(self).isNotNull();
      for (int signal : signals) {
        self.signal(signal);
        assertThat(Poll.readable(5_000, pipe.fd())).containsExactly(true);
        assertThat(pipe.next()).isEqualTo(signal);
      }
      assertThat(pipe.next()).isZero();
    }
  }

  @Test
  void aPipeThatIsClosedGivesTheSignalsBackToTheOneBefore() throws IOException {
    try (SignalPipe outer = SignalPipe.of(Signal.SIGUSR2);
        Pidfd self = Pidfd.open(ProcessStatus.self())) {
      assertThat(self).isNotNull();
      try (SignalPipe inner = SignalPipe.of(Signal.SIGUSR2)) {
        self.signal(Signal.SIGUSR2);
        assertThat(Poll.readable(10_000, inner.fd())).containsExactly(true);
        assertThat(outer.next()).isZero();
      }
      self.signal(Signal.SIGUSR2);
      assertThat(Poll.readable(10_000, outer.fd())).containsExactly(true);
      assertThat(outer.next()).isEqualTo(Signal.SIGUSR2);
    }
  }

  @Test
  void theHandlersMachineCodeNamesTheDescriptor() {
    HexFormat hex = HexFormat.of();
    assertThat(hex.formatHex(SignalPipe.x86(0x12345678)))
        .isEqualTo("f30f1efa57b801000000bf785634124889e6ba010000000f055fc3");
    assertThat(hex.formatHex(SignalPipe.aarch64(0x56781234)))
        .isEqualTo(
            "5f2403d5e007bfa9804682d200cfaaf2e1030091220080d2080880d2010000d4e007c1a8c0035fd6");
  }
}
