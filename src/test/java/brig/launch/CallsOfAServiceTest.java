package brig.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.Pidfd;
import brig.linux.Signal;
import brig.linux.SyscallNames;
import brig.spec.JailSpec;
import brig.trace.Access;
import brig.trace.Follower;
import brig.trace.TraceEvent;
import brig.trace.TraceFilter;
import brig.trace.Tracer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call that a jailed program makes is seen, and with those alone it does the same again. */
@Tag("root")
class CallsOfAServiceTest {
  private static final long DEADLINE_MILLIS = 60_000;
  private static final String WORK =
      "busybox mkdir /data/d && echo a | busybox tr a b > /data/d/f; busybox sleep 0; busybox nc -l"
          + " -p 47113 127.0.0.1 & busybox sleep 0.2; kill $!; wait; busybox ls /data";

  @TempDir Path directory;

  private static final class Calls implements Follower {
    final Map<String, String> first = new TreeMap<>();
    final List<TraceEvent> sockets = new ArrayList<>();

    @Override
    public synchronized void called(TraceEvent event) {
      if (event.access() == Access.BIND) {
        sockets.add(event);
      }
    }

    @Override
    public synchronized void first(String call, String program) {
      first.put(call, program);
    }
  }

  @Test
  void whatATraceSawIsAProfileThatSuffices() throws Exception {
    TestJail jail = new TestJail(directory);
    LaunchOrder order =
        jail.order(
            List.of("/bin/sh", "-c", WORK),
            List.of(),
            false,
            true,
            new JailSpec.Network(JailSpec.NetworkMode.NONE, null, null, List.of()),
            Map.of());
    Calls calls = new Calls();
    BpfProgram watch = TraceFilter.ofAll(Architecture.current(), UsualCalls.names());
    try (Tracer tracer = Tracer.start(calls)) {
      Launcher.spawn(order, watch, child -> tracer.seizeAtGate(child, true));
      assertThat(tracer.awaitNone(DEADLINE_MILLIS)).isTrue();
    }
    List<String> printed = Files.readAllLines(jail.output);
    assertThat(printed).contains("d");
    assertThat(calls.first.keySet())
        .contains("bind", "listen", "socket", "dup2")
        .containsAnyOf("mkdir", "mkdirat")
        .doesNotContain("read", "write", "futex", "mount")
        .allMatch(SyscallNames::exists);
    assertThat(calls.first.get("socket")).endsWith("/bin/busybox");
    assertThat(calls.sockets)
        .extracting(TraceEvent::address, TraceEvent::protocol)
        .containsExactly(tuple("127.0.0.1:47113", "TCP"));

    JailSpec.SeccompPolicy policy =
        new JailSpec.SeccompPolicy(
            true,
            List.of(),
            List.of(),
            new JailSpec.Profile.Calls(List.copyOf(calls.first.keySet())),
            false);
    TestJail.run("rm", "-r", jail.data.resolve("d").toString());
    Files.delete(jail.output);
    Pidfd child = Pidfd.open(Launcher.spawn(Orders.filtering(order, policy)));
    assertThat(child).isNotNull();
    try (child) {
      boolean ended = child.awaitEnd(DEADLINE_MILLIS);
      child.signal(Signal.SIGKILL);
      child.reap();
      assertThat(ended).as("it does not wait for ever").isTrue();
    }
    assertThat(Files.readAllLines(jail.output)).isEqualTo(printed);
  }
}
