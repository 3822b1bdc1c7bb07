package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SyscallNamesTest {
  private static final SyscallNames X86_64 = SyscallNames.of(Architecture.X86_64);
  private static final SyscallNames AARCH64 = SyscallNames.of(Architecture.AARCH64);

  @Test
  void knownNumbersAreRight() {
    assertThat(X86_64.number("read")).isZero();
    assertThat(X86_64.number("execve")).isEqualTo(59);
    assertThat(X86_64.number("rseq")).isEqualTo(334);
    assertThat(X86_64.number("pidfd_send_signal")).isEqualTo(424);
    assertThat(X86_64.number("fchmodat2")).isEqualTo(452);
    assertThat(AARCH64.number("io_setup")).isZero();
    assertThat(AARCH64.number("execve")).isEqualTo(221);
    assertThat(AARCH64.number("accept4")).isEqualTo(242);
    assertThat(AARCH64.number("wait4")).isEqualTo(260);
    assertThat(AARCH64.number("fchmodat2")).isEqualTo(452);
    assertThat(AARCH64.number("open")).isNull();
    assertThat(X86_64.last()).isEqualTo(469);
    assertThat(AARCH64.last()).isEqualTo(469);
  }

  @Test
  void everyNumberOfTheSystemsHeaderForX86IsInTheTable() throws IOException {
    compare(
        X86_64,
        List.of(
            Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
            Path.of("/usr/include/asm/unistd_64.h")),
        "#define __NR_(\\w+)\\s+(\\d+)",
        300);
  }

  @Test
  void everyNumberOfTheGenericHeaderIsInTheTableForAarch64() throws IOException {
    // __NR3264_* get their names elsewhere; the others are as arm64 has them.
    compare(
        AARCH64,
        List.of(Path.of("/usr/include/asm-generic/unistd.h")),
        "#define __NR_(\\w+)\\s+(\\d+)\\n",
        250);
  }

  private static void compare(SyscallNames table, List<Path> headers, String line, int atLeast)
      throws IOException {
    for (Path header : headers) {
      if (!Files.exists(header)) {
        continue; // a machine without the kernel's headers has nothing to compare with
      }
      Map<String, Integer> different = new HashMap<>();
      Matcher matcher = Pattern.compile(line).matcher(Files.readString(header));
      int count = 0;
      while (matcher.find()) {
        String name = matcher.group(1);
        int number = Integer.parseInt(matcher.group(2));
        boolean counts = !name.equals("syscalls") && !name.equals("arch_specific_syscall");
        // Only 32-bit architectures have the second set of time calls.
        if (counts && !name.endsWith("_time64") && !name.endsWith("64_time")) {
          count++;
          Integer mine = table.number(name);
          if (mine == null || mine != number) {
            different.put(name, number);
          }
        }
      }
      different.keySet().removeIf(name -> name.matches("(\\w+)(time64|_time64|gettime64)"));
      different.keySet().removeAll(List.of("sync_file_range2"));
      assertThat(different).isEmpty();
      assertThat(count).isGreaterThan(atLeast);
    }
  }

  @Test
  void theConstantsOfTheBindingAgreeWithTheTable() throws IllegalAccessException {
    int count = 0;
    for (Field field : JailKernel.class.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        assertThat(field.getInt(null)).as(name).isEqualTo(SyscallNames.current().number(name));
        count++;
      }
    }
    assertThat(count).isGreaterThan(30);
  }
}
