package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EveryThreadTest {
  @Test
  void aCallIsMadeByThreadsThatWaitSleepAndRun() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      end.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
    try (EveryThread every = new EveryThread()) {
      every.rehearse();
      assertThat(every.count()).isGreaterThan(8);
    } finally {
      end.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  @Test
  void aRefusalOfTheKernelIsTold() throws Exception {
    try (EveryThread every = new EveryThread();
        Fd notARuleset = Fd.open("/dev/null", Fd.O_RDONLY)) {
      assertThatThrownBy(
              () ->
                  every.call(
                      "landlock_restrict_self",
                      JailKernel.LANDLOCK_RESTRICT_SELF,
                      notARuleset.number()))
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("landlock_restrict_self");
    }
  }

  @Test
  void theHandlersCodeHoldsTheAddressOfItsBlock() {
    byte[] x86 = EveryThread.x86(0x1122334455667788L);
    assertThat(x86).startsWith(0xF3, 0x0F, 0x1E, 0xFA, 0x48, 0xBB, 0x88, 0x77, 0x66, 0x55);
    assertThat(x86).endsWith(0xC3);
    byte[] arm = EveryThread.aarch64(0x1122334455667788L);
    assertThat(arm).hasSize(25 * 4).endsWith(0xC0, 0x03, 0x5F, 0xD6);
    // movz x9, #0x7788; movk x9, #0x5566, lsl 16
    assertThat(word(arm, 1)).isEqualTo(0xD2800009 | 0x7788 << 5);
    assertThat(word(arm, 2)).isEqualTo(0xF2A00009 | 0x5566 << 5);
  }

  private static int word(byte[] code, int index) {
    return java.nio.ByteBuffer.wrap(code).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(4 * index);
  }
}
