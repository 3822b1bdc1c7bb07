package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The library as a file, and calls through it from a virtual machine that has it. */
class CallLibraryTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void everyFunctionBeginsWhereItsSymbolSays(Architecture architecture) {
    boolean x86 = architecture == Architecture.X86_64;
    ByteBuffer elf = ByteBuffer.wrap(CallLibrary.of(architecture)).order(ByteOrder.LITTLE_ENDIAN);
    int begin = x86 ? 0xFA1E0FF3 : 0xD503245F; // endbr64, bti c: where a call may lead to
    var functions = x86 ? CallLibrary.X86_64_FUNCTIONS : CallLibrary.AARCH64_FUNCTIONS;
    for (CallLibrary.Function function : functions) {
      assertThat(elf.getInt(0x400 + function.offset())).as(function.name()).isEqualTo(begin);
    }
    assertThat(elf.getShort(18)).isEqualTo((short) (x86 ? 62 : 183)); // EM_X86_64, EM_AARCH64
  }

  @Test
  void noSegmentCanBeWrittenAndExecuted() {
    ByteBuffer elf =
        ByteBuffer.wrap(CallLibrary.of(Architecture.X86_64)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 4; i++) {
      assertThat(elf.getInt(64 + 56 * i + 4) & 3).as("segment " + i).isNotEqualTo(3);
    }
  }

  @Test
  void callsGoThroughItWhereItIs() throws Exception {
    Path library = directory.resolve("calls.so");
    CallLibrary.main(new String[] {library.toString()});
    assertThat(said("-Dbrig.calls=" + library))
        .isEqualTo("by the library, own pid, ENOENT, page, EINVAL, 5, 1 2 3 4");
  }

  @Test
  void aLibraryThatIsNotThereIsDoneWithout() throws Exception {
    assertThat(said("-Dbrig.calls=" + directory.resolve("absent.so")))
        .isEqualTo("linked, own pid, ENOENT, page, EINVAL, 5, 1 2 3 4");
  }

  @Test
  void aFileThatIsNoLibraryIsDoneWithout() throws Exception {
    Path library = directory.resolve("calls.so");
    Files.write(library, new byte[4096]);
    assertThat(said("-Dbrig.calls=" + library)).contains("linked, own pid");
  }

  private String said(String option) throws Exception {
    File output = directory.resolve("said").toFile();
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                option,
                "-cp",
                System.getProperty("java.class.path"),
                Calls.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output.toPath()).strip();
  }

  /** What runs there: calls of every kind, with as many arguments as there can be. */
  static final class Calls {
    private static final boolean X86 = Architecture.current() == Architecture.X86_64;

    private Calls() {}

    public static void main(String[] arguments) {
      long pid = Native.syscall(X86 ? 39 : 172, 0, 0, 0, 0, 0, 0);
      long absent;
      long length;
      int error;
      String printed;
      try (Scratch memory = Scratch.take()) {
        absent = Kernel.openat(Kernel.AT_FDCWD, memory.name("/absent"), 0, 0);
        error = Native.callInt(Native.symbol("sigaction"), 9999, 0, 0, 0, 0, 0, 0);
        length = Native.callWord(Native.symbol("strlen"), memory.name("12345"), 0, 0);
        MemorySegment text = memory.bytes(64);
        long format = memory.name("%d %d %d %d");
        Native.callInt(Native.symbol("snprintf"), text.address(), 64, format, 1, 2, 3, 4);
        printed =
            new String(
                text.asSlice(0, 7).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
      }
      long page = Native.syscall(X86 ? 9 : 222, 0, 4096, 3, 0x22, -1, 0);
      System.out.println(
          String.join(
              ", ",
              byLibrary(),
              pid == ProcessHandle.current().pid() ? "own pid" : "pid " + pid,
              absent == -2 ? "ENOENT" : "openat " + absent,
              page > 0 && page % 4096 == 0 ? "page" : "mmap " + page,
              error == -22 ? "EINVAL" : "sigaction " + error,
              String.valueOf(length),
              printed));
    }

    private static String byLibrary() {
      try {
        return LibraryCalls.dlsym() == 0 ? "lost" : "by the library";
      } catch (UnsatisfiedLinkError e) {
        return "linked";
      }
    }
  }
}
