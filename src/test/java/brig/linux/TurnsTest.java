package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class TurnsTest {
  @Test
  void aThreadsWishIsTakenAndNotPassedOn() throws Exception {
    long[] found =
        OwnThread.run(
            "turns",
            () -> {
              long before = attributes()[1];
              Turns.ofThisThread(200_000);
              long[] now = attributes();
              return new long[] {before, now[0], now[1]};
            });
    assertThat(found[1] & 1).isEqualTo(1); // SCHED_FLAG_RESET_ON_FORK
    // Before Linux 6.12 nothing is told.
    assertThat(found[2]).isEqualTo(found[0] == 0 ? 0 : 200_000);
    assertThat(attributes()[0] & 1).isZero();
  }

  private static long[] attributes() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment attributes = memory.bytes(Turns.SIZE);
      Turns.read(attributes);
      return new long[] {
        attributes.get(ValueLayout.JAVA_LONG, Turns.FLAGS),
        attributes.get(ValueLayout.JAVA_LONG, Turns.RUNTIME)
      };
    }
  }
}
