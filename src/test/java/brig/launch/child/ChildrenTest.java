package brig.launch.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.launch.LaunchOrder;
import brig.launch.Walls;
import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import brig.linux.ChildCalls;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Stream;
import brig.spec.JailSpec;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a child finds itself to be, and that nothing of it outlives it. */
@Tag("root")
class ChildrenTest {
  private static final int USER = 65533;
  private static final Identity NOBODY = new Identity.As(USER, USER, List.of(65531, 65532));

  @TempDir Path directory;
  private Children children;

  private final TreeSet<Integer> before = allZombies();

  @BeforeEach
  void open() throws Exception {
    children = Children.open("brig-test-" + ProcessStatus.self());
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void close() throws Exception {
    children.close();
  }

  private static ChildOrder order(List<String> argv, ChildLimits limits) {
    return new ChildOrder(argv, Map.of("LANG", "C"), "/", null, NOBODY, limits, 027, false);
  }

  private static ChildOrder shell(String script, ChildLimits limits) {
    return order(List.of("/bin/sh", "-c", script), limits);
  }

  private record Run(String output, Pidfd.Ending ending) {}

  private Run run(ChildOrder order) throws Exception {
    try (Stream.Pipe pipe = Stream.pipe()) {
      try (Child child = children.start(order, null, pipe.in(), pipe.in())) {
        pipe.in().close();
        String output = readAll(pipe.out());
        return new Run(output, child.reap());
      }
    }
  }

  private static String readAll(Fd pipe) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    int count;
    while ((count = Stream.read(pipe, buffer, 0, buffer.length)) != Stream.END) {
      all.write(buffer, 0, count);
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void aChildIsTheUserAskedForWithoutAnyPrivilege() throws Exception {
    Run run = run(order(List.of("/bin/cat", "/proc/self/status"), ChildLimits.NONE));
    assertThat(run.ending()).isEqualTo(new Pidfd.Ending(true, 0));
    assertThat(run.output())
        .contains("Uid:\t65533\t65533\t65533\t65533\n")
        .contains("Gid:\t65533\t65533\t65533\t65533\n")
        .contains("Groups:\t65531 65532")
        .contains("Umask:\t0027\n")
        .contains("NoNewPrivs:\t1\n")
        .contains("SigBlk:\t0000000000000000\n")
        .contains("SigIgn:\t0000000000000000\n");
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertThat(run.output()).contains(set + ":\t0000000000000000\n");
    }
  }

  @Test
  void oneThatIsNotWaitedForIsConfinedInTheSameWay() throws Exception {
    ChildOrder order = order(List.of("/bin/cat", "/proc/self/status"), ChildLimits.NONE);
    try (Stream.Pipe pipe = Stream.pipe();
        Child child = children.begin(order, null, pipe.in(), null)) {
      pipe.in().close();
      assertThat(readAll(pipe.out()))
          .contains("Uid:\t65533\t65533\t65533\t65533\n")
          .contains("CapBnd:\t0000000000000000\n")
          .contains("NoNewPrivs:\t1\n")
          .contains("SigBlk:\t0000000000000000\n");
      assertThat(child.reap()).isEqualTo(new Pidfd.Ending(true, 0));
      assertThat(child.notStarted()).isNull();
    }
  }

  @Test
  void oneThatIsNotWaitedForTellsAtItsEndThatItNeverBecameItsProgram() throws Exception {
    try (Child child =
        children.begin(order(List.of("/no/such"), ChildLimits.NONE), null, null, null)) {
      child.reap();
      assertThat(child.notStarted())
          .hasMessage("execve /no/such: ENOENT (No such file or directory)");
    }
  }

  @Test
  void manyAtOnceThatAreNotWaitedForDoNotMeet() throws Exception {
    List<Child> running = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String program = i % 2 == 0 ? "/bin/sh" : "/no/such";
      List<String> argv = List.of(program, "-c", "exit " + i);
      running.add(children.begin(order(argv, ChildLimits.NONE), null, null, null));
    }
    for (int i = 0; i < 40; i++) {
      try (Child child = running.get(i)) {
        Pidfd.Ending ending = child.reap();
        if (i % 2 == 0) {
          assertThat(ending).isEqualTo(new Pidfd.Ending(true, i));
          assertThat(child.notStarted()).isNull();
        } else {
          assertThat(child.notStarted()).hasMessageStartingWith("execve /no/such: ENOENT");
        }
      }
    }
  }

  @Test
  void theStartingThreadStaysWhatItWas() throws Exception {
    String before = Files.readString(Path.of("/proc/thread-self/status"));
    run(order(List.of("/bin/true"), ChildLimits.NONE));
    assertThat(state(Files.readString(Path.of("/proc/thread-self/status"))))
        .isEqualTo(state(before));
  }

  private static List<String> state(String status) {
    return status
        .lines()
        .filter(
            line ->
                line.startsWith("Uid")
                    || line.startsWith("Cap")
                    || line.startsWith("SigBlk")
                    || line.startsWith("NoNewPrivs")
                    || line.startsWith("Groups")
                    || line.startsWith("Umask"))
        .toList();
  }

  @Test
  void itHasThreeDescriptorsItsOwnSessionAndNoEnvironmentButWhatIsGiven() throws Exception {
    try (Fd leak = Fd.open("/", Fd.O_RDONLY)) {
      brig.linux.Descriptors.outliveExec(leak);
      Run run =
          run(
              shell(
                  "ls /proc/self/fd | tr '\\n' ' '; tr '\\0' ' ' < /proc/self/environ; echo;"
                      + " cut -d' ' -f1,5,6,7 /proc/self/stat; echo $$; pwd; env | sort",
                  ChildLimits.NONE));
      String[] lines = run.output().split("\n", -1);
      assertThat(lines[0]).startsWith("0 1 2 3 ").contains("LANG=C").doesNotContain("4");
      String[] stat = lines[1].split(" ", -1);
      assertThat(stat[1]).isEqualTo(lines[2]); // group
      assertThat(stat[2]).isEqualTo(lines[2]); // session
      assertThat(stat[3]).isEqualTo("0"); // no terminal
      assertThat(run.output()).endsWith("\n/\nLANG=C\nPWD=/\n");
    }
  }

  @Test
  void limitsAreThoseAskedFor() throws Exception {
    Run run =
        run(order(List.of("/bin/cat", "/proc/self/limits"), new ChildLimits(7, -1, 4096, 64, 5)));
    assertThat(run.output().replaceAll(" +", " "))
        .contains("Max cpu time 7 8 seconds")
        .contains("Max file size 4096 4096 bytes")
        .contains("Max open files 64 64 files")
        .contains("Max core file size 0 0 bytes");
    assertThat(run(order(List.of("/bin/cat", "/proc/self/limits"), ChildLimits.NONE)).output())
        .containsPattern("Max open files +1024 +");
  }

  private static LaunchOrder jail(Path root, Path writable) {
    return new LaunchOrder(
        "test",
        root.toString(),
        List.of("/"),
        Map.of(),
        "/",
        USER,
        USER,
        List.of(),
        false,
        List.of(),
        022,
        Map.of(),
        new JailSpec.Namespaces(false, true, false),
        new JailSpec.Network(JailSpec.NetworkMode.HOST, List.of(), List.of(), List.of()),
        new JailSpec.SeccompPolicy(true, List.of(), List.of()),
        JailSpec.Landlock.REQUIRE,
        List.of(new LaunchOrder.JailMount.Writable("/site/work", writable.toString())),
        List.of(),
        null,
        false,
        null);
  }

  private Run inJail(String script) throws Exception {
    Path root = Files.createDirectories(directory.resolve("root"));
    Path work = Files.createDirectories(root.resolve("site/work"));
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("open"));
    Files.setPosixFilePermissions(
        root.resolve("open"), PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.copy(
        Path.of("/bin/busybox"),
        root.resolve("bin/busybox"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try (Walls walls = Walls.build(jail(root, work))) {
      return run(
          new ChildOrder(
              List.of("/bin/busybox", "sh", "-c", script),
              Map.of(),
              "/site",
              walls,
              NOBODY,
              ChildLimits.NONE,
              022,
              false));
    }
  }

  @Test
  void aChildIsRootedWhereAskedAndNothingIsAbove() throws Exception {
    Run run = inJail("pwd; cd /..; echo *; ls -di / /..");
    assertThat(run.output()).startsWith("/site\nbin open site\n");
    String[] inodes = run.output().lines().skip(2).toArray(String[]::new);
    assertThat(inodes[0].trim().split(" ", -1)[0])
        .isEqualTo(inodes[1].trim().split(" ", -1)[0])
        .isEqualTo(Files.getAttribute(directory.resolve("root"), "unix:ino").toString());
  }

  @Test
  void insideTheWallsItWritesWhereItMayAndReachesNobody() throws Exception {
    try (ServerSocket outside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Run run =
          inJail(
              "echo a >/site/work/a && /bin/busybox cat /site/work/a;"
                  + " echo b >/open/b || echo closed;"
                  + " kill -0 1 || echo alone; chroot / true || echo stays;"
                  + " echo | /bin/busybox nc 127.0.0.1 "
                  + outside.getLocalPort()
                  + " || echo silent");
      assertThat(run.output())
          .startsWith("a\n")
          .contains("/open/b: Read-only file system\nclosed\n")
          .contains("Operation not permitted\nalone\n")
          .contains("to '/': Operation not permitted\nstays\n")
          .endsWith("nc: can't connect to remote host (127.0.0.1): Permission denied\nsilent\n");
    }
  }

  @Test
  void aFenceThatDoesNotStandEndsTheStart() throws Exception {
    // What the fence must shut out is inside: as if there were no fence.
    Path root = Files.createDirectories(directory.resolve("root"));
    Path work = Files.createDirectories(root.resolve("site/work"));
    try (Walls walls = Walls.build(jail(root, work));
        Fd inside = Fd.open(work.toString(), Fd.O_PATH | Fd.O_DIRECTORY);
        ChildCalls calls = new ChildCalls(ChildCalls.roomFor(List.of(), Map.of()))) {
      Fd fence = walls.fence();
      assertThat(fence).isNotNull();
      calls.setNoNewPrivileges();
      calls.restrict(fence, inside);
      assertThatThrownBy(() -> calls.start(null))
          .hasMessageStartingWith("read back the Landlock fence: EPERM");
    }
    assertThat(zombies()).isEmpty();
  }

  @Test
  void aProgramThatIsNotThereIsToldByItsCallAndPathAndLeavesNothing() {
    assertThatThrownBy(() -> run(order(List.of("/no/such"), ChildLimits.NONE)))
        .hasMessage("execve /no/such: ENOENT (No such file or directory)");
    ChildOrder lost =
        new ChildOrder(
            List.of("/bin/true"), Map.of(), "/root/x", null, NOBODY, ChildLimits.NONE, 0, false);
    assertThatThrownBy(() -> run(lost)).hasMessageStartingWith("chdir /root/x: E");
    assertThat(zombies()).isEmpty();
  }

  @Test
  void aSettingThatTheKernelRefusesEndsTheStart() {
    ChildLimits tooMany = new ChildLimits(-1, -1, -1, Integer.MAX_VALUE, -1);
    assertThatThrownBy(() -> run(order(List.of("/bin/true"), tooMany)))
        .hasMessage("prlimit64 RLIMIT_NOFILE: EPERM (Operation not permitted)");
  }

  @Test
  void aDeadSignalIsTold() throws Exception {
    assertThat(run(shell("kill -SEGV $$", ChildLimits.NONE)).ending())
        .isEqualTo(new Pidfd.Ending(false, 11));
    assertThat(run(shell("exit 7", ChildLimits.NONE)).ending())
        .isEqualTo(new Pidfd.Ending(true, 7));
  }

  @ParameterizedTest
  @EnumSource(Children.Way.class)
  void whatItLeavesBehindIsEndedWhereverItWent(Children.Way way) throws Exception {
    try (Children others = Children.open("brig-test2-" + ProcessStatus.self(), way)) {
      assertThat(others.way()).isEqualTo(way);
      Path marks = Files.createDirectory(directory.resolve("marks"));
      Files.setPosixFilePermissions(marks, PosixFilePermissions.fromString("rwxrwxrwx"));
      String script =
          "trap '' TERM HUP;"
              + " (setsid sh -c 'trap \"\" TERM; echo $$ >a; sleep 1000' &) &"
              + " setsid setsid sh -c '(sh -c \"echo \\$\\$ >b; sleep 1000\" &) & exit' &"
              + " while ! [ -s a ] || ! [ -s b ]; do sleep 0.01; done; exit 3";
      ChildOrder order =
          new ChildOrder(
              List.of("/bin/sh", "-c", script),
              Map.of("PATH", "/usr/bin:/bin"),
              marks.toString(),
              null,
              NOBODY,
              ChildLimits.NONE,
              022,
              false);
      try (Child child = others.start(order, null, null, null)) {
        Pidfd.Ending ending = child.await(20_000);
        assertThat(ending).isEqualTo(new Pidfd.Ending(true, 3));
      }
      assertThat(processesOf(USER)).isEmpty();
      assertThat(zombies()).isEmpty();
    }
  }

  @Test
  void inANamespaceTheChildIsNotTheFirstAndWhatItKnowsOfItselfIsAsUsual() throws Exception {
    try (Children others =
        Children.open("brig-test4-" + ProcessStatus.self(), Children.Way.NAMESPACES)) {
      Path told = Files.createFile(directory.resolve("told"));
      Files.setPosixFilePermissions(told, PosixFilePermissions.fromString("rw-rw-rw-"));
      String script =
          "exec >" + told + "; echo $$; kill -TERM $$; echo not; while :; do sleep 1; done";
      for (int i = 0; i < 3; i++) {
        try (Child child = others.start(shell(script, ChildLimits.NONE), null, null, null)) {
          assertThat(child.await(20_000)).isEqualTo(new Pidfd.Ending(false, 15));
        }
        assertThat(Files.readString(told).trim()).isNotEqualTo("1").doesNotContain("not");
      }
      assertThat(others.pens()).as("one namespace for one child after another").isEqualTo(1);
      assertThat(run(order(List.of("/bin/true"), ChildLimits.NONE)).ending())
          .as("this thread's other children are born where they were")
          .isEqualTo(new Pidfd.Ending(true, 0));
    }
    assertThat(zombies()).isEmpty();
  }

  @Test
  void inANamespaceWhatIsKilledTakesAllAlong() throws Exception {
    try (Children others =
        Children.open("brig-test5-" + ProcessStatus.self(), Children.Way.NAMESPACES)) {
      ChildOrder bomb =
          shell("setsid sleep 1000 & setsid setsid sleep 1000 & sleep 1000", ChildLimits.NONE);
      try (Child child = others.start(bomb, null, null, null)) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (processesOf(USER).size() < 4) {
          assertThat(System.nanoTime()).isLessThan(deadline);
          Thread.sleep(10);
        }
        child.kill();
      }
      assertThat(processesOf(USER)).isEmpty();
      try (Child next =
          others.start(order(List.of("/bin/true"), ChildLimits.NONE), null, null, null)) {
        assertThat(next.await(20_000)).isEqualTo(new Pidfd.Ending(true, 0));
      }
    }
  }

  @Test
  void aForkBombStaysSmallAndDiesAsAWhole() throws Exception {
    ChildOrder bomb = shell("b() { b | b & }; b; sleep 1000", new ChildLimits(-1, -1, -1, -1, 20));
    Child child = children.start(bomb, null, null, null);
    try (child) {
      Thread.sleep(300);
      assertThat(processesOf(USER)).hasSizeLessThanOrEqualTo(20);
      child.kill();
    }
    assertThat(processesOf(USER)).isEmpty();
  }

  @Test
  void whatAKilledRunnerLeftIsEndedByTheNext() throws Exception {
    String name = "brig-test3-" + ProcessStatus.self();
    Children first = Children.open(name);
    // Not closed: as if its process had been killed.
    Child child = first.start(shell("sleep 1000 & sleep 1000", ChildLimits.NONE), null, null, null);
    try (Children second = Children.open(name)) {
      assertThat(child.await(10_000)).isEqualTo(new Pidfd.Ending(false, 9));
      assertThat(processesOf(USER)).isEmpty();
      try (Child next =
          second.start(order(List.of("/bin/true"), ChildLimits.NONE), null, null, null)) {
        assertThat(next.reap()).isEqualTo(new Pidfd.Ending(true, 0));
      }
      assertThat(second.pens()).isEqualTo(1);
    }
  }

  @Test
  void theOneAfterAKilledOneLives() throws Exception {
    try (Child killed =
        children.start(order(List.of("/bin/sleep", "1000"), ChildLimits.NONE), null, null, null)) {
      killed.kill();
    }
    assertThat(run(order(List.of("/bin/true"), ChildLimits.NONE)).ending())
        .isEqualTo(new Pidfd.Ending(true, 0));
    assertThat(children.pens()).isEqualTo(1);
  }

  @Test
  void aChildDiesWithTheThreadThatStartedIt() throws Exception {
    ChildOrder order =
        new ChildOrder(
            List.of("/bin/sleep", "1000"), Map.of(), "/", null, NOBODY, ChildLimits.NONE, 0, true);
    Child[] started = new Child[1];
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    started[0] = children.start(order, null, null, null);
                  } catch (brig.linux.LinuxException e) {
                    throw new IllegalStateException(e);
                  }
                });
    thread.join();
    try (Child child = started[0]) {
      assertThat(child.await(10_000)).isEqualTo(new Pidfd.Ending(false, 9));
    }
  }

  @Test
  void pensAreUsedAgain() throws Exception {
    for (int i = 0; i < 50; i++) {
      run(order(List.of("/bin/true"), new ChildLimits(-1, -1, -1, -1, 3 + i % 2)));
    }
    assertThat(children.pens()).isEqualTo(1);
    assertThat(zombies()).isEmpty();
  }

  private static TreeSet<Integer> processesOf(int uid) throws Exception {
    TreeSet<Integer> found = new TreeSet<>();
    for (int pid : ProcessStatus.all()) {
      ProcessStatus status = ProcessStatus.of(pid);
      if (status != null && status.uid() == uid && !status.ended()) {
        found.add(pid);
      }
    }
    return found;
  }

  /** Those of these tests: others of this virtual machine leave theirs. */
  private TreeSet<Integer> zombies() {
    TreeSet<Integer> found = allZombies();
    found.removeAll(before);
    return found;
  }

  private static TreeSet<Integer> allZombies() {
    TreeSet<Integer> found = new TreeSet<>();
    try {
      for (int pid : ProcessStatus.all()) {
        ProcessStatus status = ProcessStatus.of(pid);
        if (status != null && status.ended() && status.parent() == ProcessStatus.self()) {
          found.add(pid);
        }
      }
    } catch (brig.linux.LinuxException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }

  @Test
  void aCgroupThatSomebodyRemovedHoldsUpNobodyAndIsNotUsedAgain() throws Exception {
    Child child = children.start(order(List.of("/bin/true"), ChildLimits.NONE), null, null, null);
    child.reap();
    assertThat(removeCgroups(Path.of("/sys/fs/cgroup"))).isPositive();
    assertThat(child.tryEnd()).isTrue();
    assertThat(run(shell("echo next", ChildLimits.NONE)).output()).isEqualTo("next\n");

    assertThat(removeCgroups(Path.of("/sys/fs/cgroup"))).isPositive();
    assertThatThrownBy(() -> run(order(List.of("/bin/true"), ChildLimits.NONE)))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("clone3");
    assertThat(run(shell("echo again", ChildLimits.NONE)).output()).isEqualTo("again\n");
  }

  /** Those of this test's children, which are empty; how many there were. */
  private static int removeCgroups(Path below) throws Exception {
    int removed = 0;
    try (java.util.stream.Stream<Path> all = Files.walk(below)) {
      for (Path one : all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
        if (one.toString().contains("/brig-test-" + ProcessStatus.self() + "/child-")) {
          Files.delete(one);
          removed++;
        }
      }
    }
    return removed;
  }
}
