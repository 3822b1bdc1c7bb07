package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PidfdTest {
  @Test
  void aProcessIsSignalledAndItsEndAwaited() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "60").start();
    try (Pidfd pidfd = Pidfd.open((int) sleep.pid())) {
      assertThat(pidfd).isNotNull();
      assertThat(pidfd.awaitEnd(0)).isFalse();
      assertThat(pidfd.signal(Signal.SIGTERM)).isTrue();
      assertThat(pidfd.awaitEnd(5_000)).isTrue();
      assertThat(sleep.waitFor()).isEqualTo(128 + Signal.SIGTERM);
      assertThat(pidfd.signal(Signal.SIGTERM)).as("it has ended and was reaped").isFalse();
    }
  }

  @Test
  void aNumberThatNoProcessHasIsNoProcess() throws IOException {
    assertThat(Pidfd.open(0x3FFFFF)).isNull();
  }

  @Test
  void anEndingIsToldAsAShellTellsIt() {
    assertThat(new Pidfd.Ending(true, 3).status()).isEqualTo(3);
    assertThat(new Pidfd.Ending(false, Signal.SIGKILL).status()).isEqualTo(137);
    assertThat(new Pidfd.Ending(false, 11).text()).isEqualTo("was killed by SIGSEGV");
    assertThat(new Pidfd.Ending(true, 1).text()).isEqualTo("exited with status 1");
  }

  @Test
  void signalsHaveTheirNames() {
    assertThat(Signal.number("TERM")).isEqualTo(15);
    assertThat(Signal.number("sigquit")).isEqualTo(3);
    assertThat(Signal.number("SIGRTMIN+3")).isEqualTo(37);
    assertThat(Signal.name(37)).isEqualTo("SIGRTMIN+3");
    assertThat(Signal.number("NONSENSE")).isNull();
    assertThat(Signal.number("RTMIN+99")).isNull();
    for (int i = 1; i < 32; i++) {
      assertThat(Signal.number(Signal.name(i))).isEqualTo(i);
    }
  }
}
