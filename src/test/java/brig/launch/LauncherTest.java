package brig.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.launch.LaunchOrder.JailMount;
import brig.linux.Fd;
import brig.linux.Limits;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.report.Position;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel says, from outside, of a service that runs. */
@Tag("root")
class LauncherTest {
  private static final JailSpec.Network ANY =
      new JailSpec.Network(JailSpec.NetworkMode.HOST, null, null, List.of());

  @TempDir Path directory;

  @Test
  void aSpawnedServiceIsConfinedAsAskedAndTheJvmIsNot() throws Exception {
    TestJail jail = new TestJail(directory);
    String mineBefore = TestJail.statusLines(self(), "Uid", "CapEff", "Seccomp").toString();
    Limits.Pair files = Limits.get(0, Limits.Resource.RLIMIT_NOFILE);
    int[] born = new int[1];
    int pid =
        Launcher.spawn(
            jail.order(
                List.of("/bin/escapes", "pause"),
                List.of("CAP_NET_BIND_SERVICE"),
                false,
                true,
                ANY,
                Map.of("RLIMIT_NOFILE", 123L, "RLIMIT_CORE", 0L, "RLIMIT_AS", 1L << 30)),
            child -> born[0] = child);
    try {
      jail.awaitLine("here");
      assertThat(born[0]).isEqualTo(pid);
      checkFromOutside(jail, pid, "0000000000000400");
      assertThat(limits(pid))
          .contains("Max open files 123 123", "Max core file size 0 0")
          .contains("Max address space 1073741824 1073741824");
      for (String kind : List.of("mnt", "pid", "ipc", "uts")) {
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + kind)))
            .as(kind)
            .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)));
      }
      assertThat(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")))
          .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
      assertThat(TestJail.statusLines(pid, "NSpid")).containsExactly("NSpid: " + pid + " 1");
      assertThat(Limits.get(0, Limits.Resource.RLIMIT_NOFILE)).isEqualTo(files);
      assertThat(TestJail.statusLines(self(), "Uid", "CapEff", "Seccomp")).hasToString(mineBefore);
    } finally {
      end(pid);
    }
  }

  @Test
  void aProcessBecomesTheServiceUnderItsOwnPid() throws Exception {
    TestJail jail = new TestJail(directory);
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Becoming.class.getName(),
                jail.directory.toString())
            .redirectErrorStream(true)
            .start();
    int pid = (int) jvm.pid();
    try {
      jail.awaitLine("here");
      assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline")))
          .isEqualTo("/bin/escapes\0pause\0");
      checkFromOutside(jail, pid, "0000000000000000");
      assertThat(limits(pid)).contains("Max open files 99 99");
    } finally {
      jvm.destroyForcibly().waitFor();
    }
  }

  @Test
  void aChildAtTheGateEndsWhenBrigIsKilled() throws Exception {
    TestJail jail = new TestJail(directory);
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AtTheGate.class.getName(),
                jail.directory.toString())
            .redirectErrorStream(true)
            .start();
    int pid;
    try {
      pid = Integer.parseInt(jvm.inputReader().readLine());
      assertThat(ProcessStatus.of(pid)).isNotNull();
    } finally {
      jvm.destroyForcibly().waitFor();
    }
    Instant deadline = Instant.now().plusSeconds(20);
    for (ProcessStatus left = ProcessStatus.of(pid);
        left != null && !left.ended();
        left = ProcessStatus.of(pid)) {
      assertThat(Instant.now()).as("still there").isBefore(deadline);
      Thread.sleep(10);
    }
  }

  @Test
  void aProcessThatLeadsASessionOnATerminalGivesTheTerminalUpAndLives() throws Exception {
    TestJail jail = new TestJail(directory);
    String java = ProcessHandle.current().info().command().orElseThrow();
    Process script =
        new ProcessBuilder(
                "script",
                "-qec",
                "exec "
                    + String.join(
                        " ",
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Becoming.class.getName(),
                        jail.directory.toString()),
                "/dev/null")
            .redirectErrorStream(true)
            .start();
    try {
      jail.awaitLine("here");
      ProcessHandle service = script.toHandle().children().findFirst().orElseThrow();
      String[] stat = Files.readString(Path.of("/proc/" + service.pid() + "/stat")).split(" ");
      assertThat(stat[1]).isEqualTo("(escapes)");
      assertThat(stat[5]).as("session").isEqualTo(Long.toString(service.pid()));
      assertThat(stat[6]).as("terminal").isEqualTo("0");
      service.destroyForcibly();
    } finally {
      script.destroyForcibly().waitFor();
    }
  }

  private static void checkFromOutside(TestJail jail, int pid, String capabilities)
      throws IOException {
    assertThat(Files.isSameFile(Path.of("/proc/" + pid + "/root/"), jail.root)).isTrue();
    assertThat(Files.isSameFile(Path.of("/proc/" + pid + "/cwd/"), jail.root)).isTrue();
    assertThat(
            TestJail.statusLines(
                pid,
                "Uid",
                "Gid",
                "Groups",
                "NoNewPrivs",
                "Seccomp",
                "SigBlk",
                "SigIgn",
                "CapInh",
                "CapPrm",
                "CapEff",
                "CapBnd",
                "CapAmb",
                "Umask"))
        .containsExactlyInAnyOrder(
            "Umask: 0027",
            "Uid: 33 33 33 33",
            "Gid: 33 33 33 33",
            "Groups: 33",
            "NoNewPrivs: 1",
            "Seccomp: 2",
            "SigBlk: 0000000000000000",
            "SigIgn: 0000000000000000",
            "CapInh: " + capabilities,
            "CapPrm: " + capabilities,
            "CapEff: " + capabilities,
            "CapBnd: " + capabilities,
            "CapAmb: " + capabilities);
    assertThat(mounts(pid))
        .containsExactlyInAnyOrder(
            "/ ro,nosuid,nodev",
            "/tmp rw,nosuid,nodev,noexec",
            "/dev ro,nosuid,noexec",
            "/data rw,nosuid,nodev,noexec");
    List<String> descriptors = new ArrayList<>();
    try (var files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path fd : files.sorted().toList()) {
        descriptors.add(fd.getFileName() + " " + Files.readSymbolicLink(fd));
      }
    }
    assertThat(descriptors).containsExactly("0 /dev/null", "1 " + jail.output, "2 " + jail.output);
    // Field 7 of /proc/PID/stat is the controlling terminal; the session is its own.
    String[] stat = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ");
    assertThat(stat[6]).isEqualTo("0");
    assertThat(stat[5]).isEqualTo(Integer.toString(pid));
  }

  @Test
  void aServiceThatStartsAsRootHasItsCapabilitiesAndNoneOnceItDropped() throws Exception {
    TestJail jail = new TestJail(directory);
    int pid =
        Launcher.spawn(
            jail.order(
                List.of("/bin/sh", "-c", "/bin/busybox id; /bin/escapes drop"),
                List.of("CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE"),
                true,
                false,
                ANY,
                Map.of()));
    try {
      jail.awaitLine("dropped");
      List<String> lines = Files.readAllLines(jail.output);
      assertThat(lines.getFirst()).isEqualTo("uid=0 gid=0");
      int worker = Integer.parseInt(lines.get(1));
      assertThat(TestJail.statusLines(worker, "Uid", "CapPrm", "CapEff", "CapBnd", "CapAmb"))
          .containsExactly(
              "Uid: 33 33 33 33",
              "CapPrm: 0000000000000000",
              "CapEff: 0000000000000000",
              "CapBnd: 00000000000004c0",
              "CapAmb: 0000000000000000");
      if (worker != pid) {
        end(worker);
      }
    } finally {
      end(pid);
    }
  }

  @Test
  void descriptorsThatAreHandedInComeInTheirOrderFromThree() throws Exception {
    TestJail jail = new TestJail(directory);
    Path a = Files.writeString(directory.resolve("a"), "first");
    Path b = Files.writeString(directory.resolve("b"), "second");
    try (Fd first = Fd.open(a.toString(), Fd.O_RDONLY);
        Fd second = Fd.open(b.toString(), Fd.O_RDONLY)) {
      LaunchOrder order = jail.order("/bin/sh", "-c", "busybox cat <&3; echo; busybox cat <&4");
      List<Integer> handedIn = List.of(second.number(), first.number());
      int pid = Launcher.spawn(Orders.handingIn(order, handedIn));
      assertThat(jail.linesOf(pid)).containsExactly("second", "first");
    }
  }

  @Test
  void aNetworkOfItsOwnHasALoopbackAndNothingElse() throws Exception {
    TestJail jail = new TestJail(directory);
    int pid =
        Launcher.spawn(
            jail.order(
                List.of("/bin/sh", "-c", "busybox ip -o link; busybox ip -o addr"),
                List.of(),
                false,
                true,
                new JailSpec.Network(JailSpec.NetworkMode.NONE, null, null, List.of()),
                Map.of()));
    String all = String.join("\n", jail.linesOf(pid));
    assertThat(all).contains("lo: <LOOPBACK,UP,LOWER_UP>").contains("inet 127.0.0.1/8");
    assertThat(all).doesNotContain("eth").doesNotContain("3:");
  }

  @Test
  void aProgramThatIsAbsentIsToldByItsErrno() throws Exception {
    TestJail jail = new TestJail(directory);
    assertThatThrownBy(() -> Launcher.spawn(jail.order("/bin/nothing")))
        .isInstanceOf(BrigException.class)
        .hasMessage(
            "cannot execute /bin/nothing in jail test: ENOENT (No such file or directory).");
    assertThatThrownBy(() -> Launcher.spawn(jail.order("/data")))
        .isInstanceOf(BrigException.class)
        .hasMessage("cannot execute /data in jail test: EACCES (Permission denied).");
  }

  @Test
  void aLinkThatTheServiceLeftInAWritablePlaceIsNotMountedOver() throws Exception {
    TestJail jail = new TestJail(directory);
    Files.createSymbolicLink(jail.data.resolve("inner"), Path.of("../bin"));
    LaunchOrder order =
        Orders.mounting(
            jail.order("/bin/sh"),
            List.of(
                new JailMount.Writable("/data", jail.data.toString()),
                new JailMount.Temporary("/data/inner", 0755, 33, 33, 4096)));
    assertThatThrownBy(() -> Launcher.spawn(order))
        .hasMessageContaining("ELOOP")
        .hasMessageContaining("data/inner");
    LaunchOrder source =
        Orders.mounting(
            jail.order("/bin/sh"),
            List.of(new JailMount.Writable("/data", jail.data.resolve("inner").toString())));
    assertThatThrownBy(() -> Launcher.spawn(source)).hasMessageContaining("ELOOP");
  }

  @Test
  void aPlaceBelowATemporaryOneIsMadeThere() throws Exception {
    TestJail jail = new TestJail(directory);
    Path socket = Files.writeString(directory.resolve("socket"), "of the host");
    LaunchOrder order =
        Orders.mounting(
            jail.order(
                "/bin/sh",
                "-c",
                "busybox stat -c '%a %u %F' /run /run/a/b; busybox cat /run/sock/s; busybox touch"
                    + " /run/a/b/x /run/y"),
            List.of(
                new JailMount.Temporary("/run", 0755, 0, 0, 65536),
                new JailMount.Temporary("/run/a/b", 0700, TestJail.USER, 0, 65536),
                new JailMount.ReadOnly("/run/sock/s", socket.toString())));
    assertThat(jail.linesOf(Launcher.spawn(order)))
        .containsExactly(
            "755 0 directory",
            "700 33 directory",
            "of the hostbusybox: /run/y: Permission denied".replace("busybox", "touch"));
  }

  @Test
  void aMountPointThatIsAbsentIsNamed() throws Exception {
    TestJail jail = new TestJail(directory);
    LaunchOrder order =
        Orders.mounting(
            jail.order("/bin/sh"), List.of(new JailMount.Temporary("/nowhere", 0755, 0, 0, 4096)));
    assertThatThrownBy(() -> Launcher.spawn(order))
        .hasMessageContaining("/nowhere): ENOENT (No such file or directory)")
        .hasMessageContaining("The mount point is absent; build the jail anew.");
  }

  @Test
  void wrongNamesAreAllToldAtOnceAndNothingStarts() throws Exception {
    TestJail jail = new TestJail(directory);
    Position at = new Position("www.toml", 3, 1);
    JailSpec.SeccompPolicy policy =
        new JailSpec.SeccompPolicy(
            true,
            List.of(new Located<>("moutn", at)),
            List.of(new Located<>("futex", at), new Located<>("nonsense_call", at)));
    assertThatThrownBy(() -> Launcher.spawn(Orders.filtering(jail.order("/bin/sh"), policy)))
        .isInstanceOfSatisfying(
            BrigException.class,
            e ->
                assertThat(e.problems().stream().map(p -> p.text()))
                    .containsExactly(
                        "there is no system call 'moutn'. Did you mean 'mount'? (www.toml:3:1)",
                        "system call futex cannot be denied. No program starts without it; take it"
                            + " out of the list. (www.toml:3:1)",
                        "there is no system call 'nonsense_call'. See syscalls(2).  (www.toml:3:1)"
                            .replace("  ", " ")));
    assertThat(jail.output).doesNotExist();
  }

  @Test
  void whatTheJailfileDeniesFailsAndWhatItAllowsWorks() throws Exception {
    TestJail jail = new TestJail(directory);
    Position at = new Position("www.toml", 3, 1);
    JailSpec.SeccompPolicy policy =
        new JailSpec.SeccompPolicy(
            true, List.of(new Located<>("chmod", at)), List.of(new Located<>("mkdir", at)));
    int pid =
        Launcher.spawn(
            Orders.filtering(
                jail.order(
                    "/bin/sh",
                    "-c",
                    "busybox mkdir /data/d; busybox touch /data/f; busybox chmod u+s /data/f;"
                        + " busybox stat -c %a /data/f"),
                policy));
    assertThat(jail.linesOf(pid))
        .containsExactly(
            "mkdir: can't create directory '/data/d': Operation not permitted", "4640");
  }

  @Test
  void aChildThatItsStarterRefusesAtBirthNeverRuns() throws Exception {
    TestJail jail = new TestJail(directory);
    assertThatThrownBy(
            () ->
                Launcher.spawn(
                    jail.order("/bin/sh", "-c", "echo ran"),
                    pid -> {
                      throw BrigException.refused(brig.report.Problem.of("no"));
                    }))
        .isInstanceOf(BrigException.class)
        .hasMessage("no.");
    assertThat(jail.output).isEmptyFile();
  }

  @Test
  void aCallerWithoutPrivilegesLearnsWhatIsNeeded() throws Exception {
    TestJail jail = new TestJail(directory);
    Process jvm =
        new ProcessBuilder(
                "setpriv",
                "--reuid=33",
                "--regid=33",
                "--clear-groups",
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Becoming.class.getName(),
                jail.directory.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(jvm.getInputStream().readAllBytes()))
        .contains(
            "cannot start jail test: this process lacks CAP_SETGID CAP_SETUID CAP_SETPCAP"
                + " CAP_SYS_ADMIN. Starting a jail needs root: use sudo or a system service.");
  }

  private static int self() {
    return (int) ProcessHandle.current().pid();
  }

  private static void end(int pid) throws IOException {
    try (Pidfd child = Pidfd.open(pid)) {
      if (child != null) {
        child.signal(9);
        child.awaitEnd(5000);
      }
    }
  }

  private static List<String> limits(int pid) throws IOException {
    List<String> limits = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/limits"))) {
      limits.add(
          line.replaceAll("(files|bytes|seconds|processes|locks|signals|us) *$", "")
              .replaceAll("\\s+", " ")
              .strip());
    }
    return limits;
  }

  /** Mount points with those of their flags that Brig sets. */
  private static List<String> mounts(int pid) throws IOException {
    List<String> mounts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo"))) {
      String[] fields = line.split(" ");
      List<String> flags = new ArrayList<>(List.of(fields[5].split(",")));
      flags.retainAll(List.of("ro", "rw", "nosuid", "nodev", "noexec"));
      mounts.add(fields[4] + " " + String.join(",", flags));
    }
    return mounts;
  }
}
