package brig.web.parent;

import brig.launch.jvm.HostPlace;
import brig.launch.jvm.OwnJvm;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.web.config.WebConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The worker's virtual machine. */
final class WorkerJvm {
  private static final String MAIN = "brig.web.worker.WorkerMain";
  private static final long MIB = 1024 * 1024;

  /** Those that the cache was trained with; {@code brig} (the launcher script) has them too. */
  private static final List<String> OPTIONS =
      List.of(
          "-XX:ReservedCodeCacheSize=40m",
          "-XX:TieredStopAtLevel=4",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          // Else the engine asks the virtual machine's management, which it needs for nothing else.
          "-Dorg.eclipse.jetty.util.referencesPerCacheLine=16",
          "-Dslf4j.provider=brig.web.log.EngineLog",
          "-Dslf4j.internal.verbosity=WARN");

  private final OwnJvm jvm;

  private WorkerJvm(OwnJvm jvm) {
    this.jvm = jvm;
  }

  /** That of this Brig: installed by the launcher script, or run from its classes in a test. */
  static WorkerJvm find() throws LinuxException {
    String app = System.getProperty("brig.home", "") + "/target/app";
    String classPath = app + "/web.classpath";
    if (!System.getProperty("java.class.path", "").startsWith(app + "/brig.jar")
        || Stat.of(classPath) == null) {
      return new WorkerJvm(OwnJvm.ofThisProcess());
    }
    String cache = Stat.of(app + "/web.aot") == null ? "" : app + "/web.aot";
    String entries = new String(HostFiles.read(classPath), StandardCharsets.UTF_8).strip();
    return new WorkerJvm(OwnJvm.of(entries, cache));
  }

  /** What of the host it needs to start. */
  List<HostPlace> places() throws LinuxException {
    return jvm.places();
  }

  List<String> argv(WebConfig.Worker bounds) {
    List<String> options = new ArrayList<>(OPTIONS);
    // What its compiler took is given back.
    options.add("-XX:TrimNativeHeapInterval=5000");
    options.add("-Xms" + Math.min(bounds.heapBytes(), 24 * MIB));
    options.add("-Xmx" + bounds.heapBytes());
    options.add("-XX:MaxDirectMemorySize=" + Math.max(bounds.heapBytes(), 32 * MIB));
    return jvm.argv(options, MAIN, List.of());
  }

  static Map<String, String> environment(Map<String, String> mine) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("MALLOC_ARENA_MAX", "2"); // a heap for each thread adds up
    String zone = mine.get("TZ");
    if (zone != null) {
      environment.put("TZ", zone);
    }
    return environment;
  }
}
