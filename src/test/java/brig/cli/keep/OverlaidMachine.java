package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * This machine with a layer over it, in a mount, a network and a process namespace of its own: real
 * package managers can install and be hooked there, and nothing of it reaches the machine. It is
 * gone with its holder, and so is all that was started in it, whatever becomes of the test.
 */
final class OverlaidMachine implements AutoCloseable {
  static final String BRIG = "/opt/brig-under-test/brig";
  static final String HOME = "/var/tmp/brig-home";

  private final String root;
  private final Process holder;

  /** Its first process. */
  private final ProcessHandle first;

  record Result(int status, String output) {}

  /**
   * Makes it.
   *
   * @param place an empty directory, to mount it on
   */
  OverlaidMachine(Path place) throws IOException {
    this.root = place + "/root";
    StringBuilder script = new StringBuilder("set -e\n");
    script.append("mount -t tmpfs -o mode=755 overlaid ").append(place).append('\n');
    script.append("cd ").append(place).append("\nmkdir up work root\n");
    script.append("mount -t overlay -o lowerdir=/,upperdir=up,workdir=work overlaid root\n");
    for (String mount : mounts()) {
      script.append("mount --rbind ").append(mount).append(" root").append(mount).append('\n');
    }
    script.append("mount -t proc proc root/proc\nip link set lo up\n");
    // The first process of a namespace gets all orphans, which go by themselves where it ignores
    // it.
    script.append("trap '' CHLD\necho ready\nexec cat\n");
    holder =
        new ProcessBuilder(
                "unshare", "-m", "-n", "-p", "--fork", "--kill-child", "sh", "-c", script + "")
            .start();
    byte[] ready = holder.getInputStream().readNBytes(6);
    if (!new String(ready, StandardCharsets.UTF_8).equals("ready\n")) {
      holder.destroyForcibly();
      throw new IOException(
          "no overlaid machine: "
              + new String(holder.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }
    first = holder.children().findFirst().orElseThrow();
    StringBuilder launcher = new StringBuilder("#!/bin/sh\nexec ");
    launcher.append(System.getProperty("java.home")).append("/bin/java");
    launcher.append(" --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -cp '");
    launcher.append(System.getProperty("java.class.path"));
    launcher.append("' -Dbrig.home=/opt/brig-under-test brig.cli.Main \"$@\"\n");
    write(BRIG, launcher.toString());
    sh("chmod 755 " + BRIG);
  }

  /** What is in other file systems than the root: the layer shows only that one. */
  private static Set<String> mounts() throws IOException {
    Set<String> mounts = new TreeSet<>(List.of("/dev"));
    List<String> needed =
        new ArrayList<>(
            List.of(System.getProperty("java.home"), Path.of("").toAbsolutePath() + ""));
    needed.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)));
    Object device = Files.getAttribute(Path.of("/"), "unix:dev");
    for (String path : needed) {
      Path at = Path.of(path).toAbsolutePath();
      if (!Files.getAttribute(at, "unix:dev").equals(device)) {
        while (!Files.getAttribute(at.getParent(), "unix:dev").equals(device)) {
          at = at.getParent();
        }
        mounts.add(at.toString());
      }
    }
    return mounts;
  }

  /** Writes a file in it, with the directories above. */
  void write(String path, String text) throws IOException {
    Path file = Files.createTempFile("brig-", ".txt");
    try {
      Files.writeString(file, text);
      copyIn(file, path);
    } finally {
      Files.delete(file);
    }
  }

  /** Puts a file of this machine into it. */
  void copyIn(Path file, String path) throws IOException {
    String directory = path.substring(0, path.lastIndexOf('/'));
    Result done =
        in(List.of("sh", "-c", "mkdir -p '" + directory + "' && cat >'" + path + "'"), file);
    assertThat(done.status()).as(done.output()).isZero();
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    if (mode.contains("x")) {
      sh("chmod 755 '" + path + "'");
    }
  }

  Result sh(String script) throws IOException {
    return in(List.of("sh", "-c", script), Path.of("/dev/null"));
  }

  Result brig(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(BRIG));
    line.addAll(List.of(arguments));
    return in(line, Path.of("/dev/null"));
  }

  private Result in(List<String> command, Path input) throws IOException {
    String pid = Long.toString(first.pid());
    List<String> line =
        new ArrayList<>(List.of("nsenter", "-m", "-n", "-p", "-t", pid, "chroot", root));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.redirectInput(input.toFile());
    builder.environment().put("BRIG_HOME", HOME);
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Result(process.waitFor(), output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    holder.destroyForcibly();
    try {
      holder.waitFor();
      first.onExit().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the overlaid machine does not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
