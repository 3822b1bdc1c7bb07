package brig.launch;

import static org.assertj.core.api.Assertions.assertThat;

import brig.spec.JailSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way out that a program can try from inside, tried by a real program in a real jail. */
@Tag("root")
class EscapesTest {
  @TempDir Path directory;

  @Test
  void aPlainChrootAsRootLetsTheSameProgramOut() throws Exception {
    TestJail jail = new TestJail(directory);
    Process process =
        new ProcessBuilder(
                "chroot", jail.root.toString(), "/bin/escapes", jail.marker.toString(), "B01")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes())).isEqualTo("B01 ESCAPED\n");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void everyWayOutIsHeldForAUserInItsOwnPidNamespace() throws Exception {
    assertThat(attempts(false, true)).containsExactlyElementsOf(expected(true));
  }

  @Test
  void everyWayOutIsHeldForAUserInTheHostsPidNamespace() throws Exception {
    assertThat(attempts(false, false)).containsExactlyElementsOf(expected(false));
  }

  @Test
  void everyWayOutIsHeldForRootWithTheCapabilitiesOfAnApache() throws Exception {
    assertThat(attempts(true, true)).containsExactlyElementsOf(expected(true));
  }

  private static List<String> expected(boolean ownPids) {
    String gone = ownPids ? "ESRCH" : "EPERM";
    return List.of(
        "B27 held ENOENT",
        "B28 held EBADF",
        "B02 held EPERM",
        "B01 held EPERM",
        "B05 held ENOENT",
        "B06 held EACCES",
        "B07 held EPERM",
        "B08 held EPERM",
        "B09 held EACCES",
        "B10 held EPERM",
        "B11 held ENOENT",
        "B12 held EPERM",
        "B12b held EPERM",
        "B13 held EPERM",
        "B14 held " + gone,
        "B15 held " + gone,
        "B16 held EPERM",
        "B17 held EACCES",
        "B18 held EPERM",
        "B18b held EPERM",
        "B19 held ENOENT",
        "B20 held EPERM",
        "B20b held EPERM",
        "B21 held EPERM",
        "B22 held EPERM",
        "B25 held EPERM",
        "B25b held EPERM",
        "B25c held ENOSYS",
        "B29 held ENOENT",
        "B29b held EPERM",
        "B31 held EPERM",
        "B31b held EPERM",
        "B31c held ENOSYS",
        "B32 held EPERM",
        "B32b held EPERM",
        "B32c held EPERM",
        "X32 held ENOSYS",
        "I386 killed");
  }

  /** Runs all attempts, with the outsiders that some of them need. */
  private List<String> attempts(boolean asRoot, boolean ownPids) throws Exception {
    TestJail jail = new TestJail(directory);
    String abstractName = "brig-test-" + ProcessHandle.current().pid();
    int key = 0x42000000 + (int) (ProcessHandle.current().pid() & 0xFFFF);
    Process outsider =
        new ProcessBuilder(
                "setpriv",
                "--reuid=33",
                "--regid=33",
                "--clear-groups",
                jail.program().toString(),
                "outsider",
                abstractName,
                Integer.toString(key))
            .redirectErrorStream(true)
            .start();
    try (ServerSocket loopback = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      byte[] ready = new byte[6];
      assertThat(outsider.getInputStream().readNBytes(ready, 0, 6)).isEqualTo(6);
      assertThat(new String(ready)).isEqualTo("ready\n");
      TestJail.run("mknod", "-m", "666", jail.data.resolve("disk").toString(), "b", "254", "0");
      List<String> capabilities =
          asRoot
              ? List.of(
                  "CAP_SETUID",
                  "CAP_SETGID",
                  "CAP_NET_BIND_SERVICE",
                  "CAP_DAC_OVERRIDE",
                  "CAP_KILL")
              : List.of();
      int pid =
          Launcher.spawn(
              jail.order(
                  List.of(
                      "/bin/escapes",
                      jail.marker.toString(),
                      Long.toString(outsider.pid()),
                      abstractName,
                      Integer.toString(loopback.getLocalPort()),
                      Integer.toString(key)),
                  capabilities,
                  asRoot,
                  ownPids,
                  new JailSpec.Network(JailSpec.NetworkMode.HOST, null, List.of(), List.of()),
                  Map.of()));
      moveOut(jail);
      TestJail.run(
          jail.program().toString(),
          "give",
          jail.data.resolve("b06").toString(),
          jail.marker.getParent().toString());
      return jail.linesOf(pid);
    } finally {
      outsider.getOutputStream().close();
      outsider.waitFor();
    }
  }

  // B05: somebody outside moves the directory that the service works in out of the jail.
  private static void moveOut(TestJail jail) throws IOException, InterruptedException {
    for (int i = 0; i < 1000 && !TestJail.exists(jail.data.resolve("b05.ready")); i++) {
      Thread.sleep(10);
    }
    Files.move(jail.data.resolve("moved"), jail.directory.resolve("moved"));
    Files.createFile(jail.data.resolve("b05.go"));
  }
}
