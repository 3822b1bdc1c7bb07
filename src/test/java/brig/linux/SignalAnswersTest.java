package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalAnswersTest {
  @Test
  void signalsAreAnsweredAndAClosedOneLeavesNoThreadInASystemCall() throws Exception {
    BlockingQueue<Integer> came = new LinkedBlockingQueue<>();
    Thread thread;
    try (SignalAnswers answers = SignalAnswers.of(came::add, Signal.SIGUSR2)) {
      thread = answers.thread();
      assertThat(thread.isAlive()).isTrue();
      try (Pidfd self = Pidfd.open(ProcessStatus.self())) {
        assertThat(self).isNotNull();
        self.signal(Signal.SIGUSR2);
      }
      assertThat(came.poll(20, TimeUnit.SECONDS)).isEqualTo(Signal.SIGUSR2);
    }
    assertThat(thread.isAlive()).isFalse();
  }
}
