package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryReaderTest {
  private static final int FILES = 3000; // more than fit into one buffer

  @TempDir Path directory;

  @Test
  void allNamesComeOnceAlthoughTheDescriptorIsAnotherHalfWay() throws IOException {
    TreeSet<String> made = new TreeSet<>();
    for (int i = 0; i < FILES; i++) {
      made.add(Files.createFile(directory.resolve("file" + i)).getFileName().toString());
    }
    TreeSet<String> read = new TreeSet<>();
    DirectoryReader reader = new DirectoryReader();
    try (Fd first = open()) {
      for (int i = 0; i < 1000; i++) {
        read.add(reader.next(first));
      }
      reader.release();
    }
    int more = 0;
    try (Fd second = open()) {
      reader.seek(second, reader.cookie());
      for (String name = reader.next(second); name != null; name = reader.next(second)) {
        read.add(name);
        more++;
      }
    }
    assertThat(read).isEqualTo(made);
    assertThat(more).isEqualTo(FILES - 1000);
  }

  private Fd open() throws LinuxException {
    return Fd.open(directory.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY);
  }
}
