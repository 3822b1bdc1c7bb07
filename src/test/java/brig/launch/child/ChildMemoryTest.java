package brig.launch.child;

import static org.assertj.core.api.Assertions.assertThat;

import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Stream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a cgroup counts, what stands in for it, and what the thread that starts children keeps. */
@Tag("root")
class ChildMemoryTest {
  private static final String NAME = "brig-memory-" + ProcessStatus.self();
  private static final Identity NOBODY = new Identity.As(65533, 65533, List.of());

  private record Run(String output, Pidfd.Ending ending) {}

  private static Run run(Children children, ChildLimits limits, String... argv) throws Exception {
    ChildOrder order =
        new ChildOrder(List.of(argv), Map.of(), "/", null, NOBODY, limits, 077, false);
    try (Stream.Pipe pipe = Stream.pipe();
        Child child = children.start(order, null, pipe.in(), pipe.in())) {
      pipe.in().close();
      byte[] buffer = new byte[64 * 1024];
      StringBuilder output = new StringBuilder();
      int count;
      while ((count = Stream.read(pipe.out(), buffer, 0, buffer.length)) > 0) {
        output.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
      }
      return new Run(output.toString(), child.reap());
    }
  }

  private static ChildLimits memory(long bytes) {
    return new ChildLimits(-1, bytes, -1, -1, -1);
  }

  /** So many processes at a time, each with 24 million bytes that it has written to. */
  private static Run hungry(Children children, int processes) throws Exception {
    String program =
        """
        $| = 1;
        pipe(R, W);
        $SIG{CHLD} = sub { print qq(one was killed\\n); exit };
        for (1..MOST) {
          if (!fork) {
            $SIG{CHLD} = 'DEFAULT';
            close STDOUT;
            close STDERR;
            my $n = 24_000_000; # else it is made once, before the fork
            my $x = 'x' x $n;
            syswrite W, length($x) . qq(\\n);
            sleep 1000;
          }
        }
        for (1..MOST) { <R> }
        print qq(all had it\\n);
        """
            .replace("MOST", String.valueOf(processes));
    return run(children, memory(96L << 20), "/usr/bin/perl", "-e", program);
  }

  @Test
  void theMemoryOfAllProcessesIsCountedTogether() throws Exception {
    try (Children children = Children.open(NAME)) {
      assertThat(hungry(children, 2).output()).isEqualTo("all had it\n");
      assertThat(hungry(children, 8).output()).isEqualTo("one was killed\n");
      assertThat(run(children, memory(96L << 20), "/bin/echo", "on").output()).isEqualTo("on\n");
    }
  }

  @Test
  void whereNoCgroupCountsItIsTheAddressSpaceOfEachProcess() throws Exception {
    try (Children children = Children.open(NAME, Children.Way.WALKING)) {
      Run run = run(children, memory(1L << 30), "/bin/cat", "/proc/self/limits");
      assertThat(run.output().replaceAll(" +", " "))
          .contains("Max address space 1073741824 1073741824 bytes");
    }
  }

  @Test
  void whatOneLeavesInMemoryIsNotTheNextOnesBurden() throws Exception {
    try (Children children = Children.open(NAME)) {
      String file = "/dev/shm/" + NAME;
      try {
        Run filled =
            run(children, memory(64L << 20), "/bin/sh", "-c", "head -c 40M /dev/zero >" + file);
        assertThat(filled.ending()).isEqualTo(new Pidfd.Ending(true, 0));
        Run next =
            run(
                children,
                memory(64L << 20),
                "/usr/bin/perl",
                "-e",
                "my $n = 30_000_000; my $x = 'x' x $n; print length($x)");
        assertThat(next).isEqualTo(new Run("30000000", new Pidfd.Ending(true, 0)));
      } finally {
        brig.linux.HostFiles.delete(file);
      }
    }
  }

  @Test
  void aStarterHasGivenUpWhatItsChildrenMayNotHave() throws Exception {
    AtomicReference<String> child = new AtomicReference<>("");
    AtomicReference<String> starter = new AtomicReference<>("");
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (Children children = Children.open(NAME)) {
                    Children.becomeStarter();
                    child.set(
                        run(children, ChildLimits.NONE, "/bin/cat", "/proc/self/status").output());
                    starter.set(status());
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    thread.join();
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertThat(child.get()).contains(set + ":\t0000000000000000\n");
    }
    assertThat(starter.get()).contains("CapBnd:\t0000000000000000\n").contains("Uid:\t0\t0\t");
    assertThat(status()).as("another thread").doesNotContain("CapBnd:\t0000000000000000");
  }

  private static String status() throws Exception {
    return java.nio.file.Files.readString(java.nio.file.Path.of("/proc/thread-self/status"));
  }
}
