package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  @TempDir Path directory;

  @Test
  void theExamplesOfTheStandardComeOut() {
    assertThat(Sha256.of(new byte[0]))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(Sha256.of("abc".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void bothWaysGiveTheSameForFilesOfAnySize() throws Exception {
    Random random = new Random(3);
    for (int size : new int[] {0, 1, 63, 64, 65, 65535, 65536, 65537, 300_000}) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      String right = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      Path path = Files.write(directory.resolve("file"), content);
      assertThat(Sha256.of(content)).isEqualTo(right);
      try (Fd file = Fd.open(path.toString(), Fd.O_RDONLY)) {
        assertThat(Sha256.of(file)).as("size " + size).isEqualTo(right);
        assertThat(Sha256.ofByJava(file, Long.MAX_VALUE)).as("size " + size).isEqualTo(right);
      }
    }
  }
}
