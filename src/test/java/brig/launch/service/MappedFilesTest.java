package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class MappedFilesTest {
  @TempDir Path dir;

  private static ProcessStatus status(Process process) throws IOException {
    ProcessStatus status = ProcessStatus.of((int) process.pid());
    if (status == null) {
      throw new AssertionError("it has ended");
    }
    return status;
  }

  @Test
  void aProcessHasItsProgramInMemoryUnderWhateverNameAndNoOther() throws Exception {
    Path program = Files.copy(Path.of("/bin/busybox"), dir.resolve("busybox"));
    Process process = new ProcessBuilder(program.toString(), "sleep", "60").start();
    try {
      Stat before = Stat.of(program.toString());
      assertThat(before).isNotNull();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!MappedFiles.of(List.of(status(process))).contains(before)) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.sleep(10);
      }
      Files.move(program, dir.resolve("moved"));
      Files.copy(Path.of("/bin/busybox"), program);
      MappedFiles mapped = MappedFiles.of(List.of(status(process)));
      assertThat(mapped.contains(before)).isTrue();
      assertThat(mapped.contains(Stat.of(program.toString()))).as("what replaced it").isFalse();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(MappedFiles.of(List.of())).isNotNull();
  }
}
