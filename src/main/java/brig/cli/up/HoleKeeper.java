package brig.cli.up;

import brig.cli.command.Context;
import brig.launch.up.Patience;
import brig.linux.ChildProgram;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import brig.spec.JailSpec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The listener of a jail's holes, a process of its own: it begins when the jail does, is begun
 * again when it ends, and ends when the jail has. One that an earlier {@code brig up} left because
 * it was killed is taken over; where somebody else serves the holes, that is left to them.
 */
final class HoleKeeper implements AutoCloseable {
  private static final long LOOK_AGAIN_NANOS = 5_000_000_000L;
  private static final long END_MILLIS = 15_000;

  private final JailSpec spec;
  private final Teller teller;
  private final Context context;
  private final String state;
  private final Patience patience = new Patience();
  private @Nullable Pidfd process;
  private boolean isChild;
  private boolean ending;
  private boolean saidOthers;
  private long since;
  private long resumeAt = System.nanoTime();

  HoleKeeper(JailSpec spec, Teller teller, Context context) {
    this.spec = spec;
    this.teller = teller;
    this.context = context;
    this.state = context.paths().run() + "/holes/" + spec.name();
  }

  /** Readable when it ends; null: none runs. */
  @Nullable Fd fd() {
    return process == null ? null : process.fd();
  }

  /** How long until something is to be done; negative: nothing. */
  long waitMillis(boolean lives) {
    if (spec.holes().isEmpty() || process != null || !lives) {
      return -1;
    }
    return Math.max(0, (resumeAt - System.nanoTime()) / 1_000_000 + 1);
  }

  /**
   * Does what is to be done now.
   *
   * @param lives whether the jail's service runs, or will be started again
   * @param isUp it runs, so that there is a place for the doors
   */
  void step(boolean lives, boolean isUp) throws LinuxException {
    if (spec.holes().isEmpty()) {
      return;
    }
    Pidfd running = process;
    if (running != null && running.awaitEnd(0)) {
      ended(running);
    } else if (running != null && !lives && !ending) {
      ending = true;
      running.signal(Signal.SIGTERM);
    } else if (running == null && isUp && System.nanoTime() - resumeAt >= 0) {
      begin();
    }
  }

  private void ended(Pidfd running) throws LinuxException {
    String how = isChild ? running.reap().text() : "ended";
    running.close();
    process = null;
    HostFiles.delete(keeper());
    if (!ending) {
      long wait = patience.after((System.nanoTime() - since) / 1_000_000);
      resumeAt = System.nanoTime() + wait * 1_000_000;
      teller.news(
          spec.name(), "the listener of its holes " + how + "; started again in " + wait + " ms");
    }
    ending = false;
  }

  private void begin() throws LinuxException {
    HostFiles.createDirectories(state, 0755);
    Pidfd left = left();
    isChild = left == null;
    if (left == null && isServed()) {
      if (!saidOthers) {
        teller.news(spec.name(), "its holes are served by somebody else, and left to them");
        saidOthers = true;
      }
      resumeAt = System.nanoTime() + LOOK_AGAIN_NANOS;
      return;
    }
    since = System.nanoTime();
    process = left != null ? left : start();
    teller.news(
        spec.name(),
        "the listener of its holes: process "
            + (process == null ? "" : process.pid())
            + (isChild ? "" : ", taken over"));
  }

  /** Another listener holds the lock that each has. */
  private boolean isServed() throws LinuxException {
    try (Fd lock = HostFiles.lock(state + "/lock")) {
      return lock == null;
    }
  }

  private String keeper() {
    return state + "/keeper";
  }

  /** The one that an earlier {@code brig up} has started: its number, and when it began. */
  private @Nullable Pidfd left() throws LinuxException {
    byte[] noted = HostFiles.readOrNull(keeper());
    if (noted == null) {
      return null;
    }
    String text = new String(noted, StandardCharsets.US_ASCII);
    int blank = text.indexOf(' ');
    int pid = Integer.parseInt(text.substring(0, blank));
    ProcessStatus status = ProcessStatus.of(pid);
    boolean same =
        status != null
            && !status.ended()
            && text.substring(blank + 1).strip().equals(String.valueOf(status.startTime()));
    return same ? Pidfd.open(pid) : null;
  }

  private Pidfd start() throws LinuxException {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("MALLOC_ARENA_MAX", "1");
    String home = context.environment().getOrDefault("BRIG_HOME", "");
    if (!home.isEmpty()) {
      environment.put("BRIG_HOME", home);
    }
    // As the launcher starts brig hole serve.
    List<String> line =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:-UseContainerSupport",
            "-XX:TrimNativeHeapInterval=10000",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=30",
            "-Xms8m",
            "-Xmn4m",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path", ""),
            "-Dbrig.home=" + System.getProperty("brig.home", ""),
            "brig.cli.Main",
            "hole",
            "serve",
            spec.file());
    Pidfd started = Pidfd.ofChild(ChildProgram.handed(line, environment, List.of()));
    ProcessStatus status = ProcessStatus.of(started.pid());
    long began = status == null ? 0 : status.startTime();
    HostFiles.replace(
        keeper(), (started.pid() + " " + began + "\n").getBytes(StandardCharsets.US_ASCII), 0644);
    return started;
  }

  /** The files of its holes may have changed. */
  void reload() throws LinuxException {
    if (process != null) {
      process.signal(Signal.SIGHUP);
    }
  }

  @Override
  public void close() {
    Pidfd running = process;
    if (running == null) {
      return;
    }
    try {
      running.signal(Signal.SIGTERM);
      if (!running.awaitEnd(END_MILLIS)) {
        running.signal(Signal.SIGKILL);
        running.awaitEnd(END_MILLIS);
      }
      if (isChild) {
        running.reap();
      }
      HostFiles.delete(keeper());
    } catch (LinuxException e) {
      // It has ended.
    }
    running.close();
    process = null;
  }
}
