package brig.testing;

import brig.elf.ByteSource;
import brig.plan.FileStat;
import brig.plan.Host;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory that plays the host's root, or the host's root itself; read through the JDK alone.
 * Links in the middle of a path are the kernel's business: in a tree they must be relative.
 */
public final class HostTree implements Host {
  private final Path root;
  private final String machine;

  public HostTree(Path root, String machine) {
    this.root = root;
    this.machine = machine;
  }

  /** This machine. */
  public static HostTree ofThisMachine() {
    String arch = System.getProperty("os.arch");
    return new HostTree(Path.of("/"), arch.equals("amd64") ? "x86_64" : arch);
  }

  private Path at(String path) {
    return Path.of(root.toString(), path);
  }

  /** Writes a file, with the directories above it; never on this machine itself. */
  public HostTree file(String path, byte[] content) {
    requireOwn(path);
    try {
      Path file = at(path);
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public HostTree file(String path, String content) {
    return file(path, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void requireOwn(String path) {
    if (root.equals(Path.of("/"))) {
      throw new IllegalStateException("a test must not write to this machine's " + path);
    }
  }

  public HostTree link(String path, String target) {
    requireOwn(path);
    try {
      Path file = at(path);
      Files.createDirectories(file.getParent());
      Files.createSymbolicLink(file, Path.of(target));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public @Nullable FileStat lstat(String path) throws IOException {
    Map<String, Object> attributes;
    try {
      attributes = Files.readAttributes(at(path), "unix:*", LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemException e) {
      return null;
    }
    int mode = (int) attributes.get("mode");
    return new FileStat(
        type(mode),
        mode & 07777,
        (int) attributes.get("uid"),
        (int) attributes.get("gid"),
        (long) attributes.get("size"),
        (long) attributes.get("dev"),
        (long) attributes.get("ino"),
        (int) attributes.get("nlink"),
        (long) attributes.get("rdev"),
        nanos(attributes.get("lastModifiedTime")),
        nanos(attributes.get("ctime")));
  }

  private static long nanos(@Nullable Object time) {
    return time instanceof FileTime t ? t.to(TimeUnit.NANOSECONDS) : 0;
  }

  private static FileStat.Type type(int mode) {
    return switch (mode & 0xF000) {
      case 0x8000 -> FileStat.Type.FILE;
      case 0x4000 -> FileStat.Type.DIRECTORY;
      case 0xA000 -> FileStat.Type.LINK;
      case 0x2000 -> FileStat.Type.CHARACTER_DEVICE;
      case 0x6000 -> FileStat.Type.BLOCK_DEVICE;
      case 0x1000 -> FileStat.Type.FIFO;
      default -> FileStat.Type.SOCKET;
    };
  }

  @Override
  public String readLink(String path) throws IOException {
    return Files.readSymbolicLink(at(path)).toString();
  }

  @Override
  public List<String> list(String path) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> entries = Files.list(at(path))) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return List.copyOf(names);
  }

  @Override
  public ByteSource open(String path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(at(path).toFile(), "r");
    FileChannel channel = file.getChannel();
    long size = channel.size();
    return new ByteSource() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public int read(long position, byte[] into, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
        while (buffer.hasRemaining()
            && channel.read(buffer, position + buffer.position() - offset) > 0) {}
        return buffer.position() - offset;
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public String machine() {
    return machine;
  }
}
