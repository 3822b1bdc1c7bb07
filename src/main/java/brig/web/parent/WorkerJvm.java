package brig.web.parent;

import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.web.config.WebConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The command line of the worker's virtual machine. */
final class WorkerJvm {
  private static final String MAIN = "brig.web.worker.WorkerMain";
  private static final long MIB = 1024 * 1024;

  private final String program;
  private final String classPath;
  private final String cache;

  private WorkerJvm(String program, String classPath, String cache) {
    this.program = program;
    this.classPath = classPath;
    this.cache = cache;
  }

  /** That of this Brig: installed by the launcher script, or run from its classes in a test. */
  static WorkerJvm find() throws LinuxException {
    String java = HostPlace.of(System.getProperty("java.home") + "/bin/java").path();
    String app = System.getProperty("brig.home", "") + "/target/app";
    String own = System.getProperty("java.class.path", "");
    if (!own.startsWith(app + "/brig.jar") || Stat.of(app + "/web.classpath") == null) {
      return new WorkerJvm(java, absolute(own), "");
    }
    String cache = Stat.of(app + "/web.aot") == null ? "" : app + "/web.aot";
    return new WorkerJvm(java, text(app + "/web.classpath"), cache);
  }

  private static String absolute(String classPath) {
    StringBuilder absolute = new StringBuilder();
    for (String entry : classPath.split(":", -1)) {
      absolute.append(absolute.isEmpty() ? "" : ":");
      absolute
          .append(entry.startsWith("/") ? "" : System.getProperty("user.dir") + "/")
          .append(entry);
    }
    return absolute.toString();
  }

  private static String text(String file) throws LinuxException {
    return new String(HostFiles.read(file), StandardCharsets.UTF_8).strip();
  }

  /** What of the host it needs to start. */
  List<HostPlace> places() throws LinuxException {
    List<HostPlace> places = new ArrayList<>();
    places.add(HostPlace.of(System.getProperty("java.home", "/usr")));
    for (String entry : classPath.split(":", -1)) {
      if (Stat.of(entry) != null) {
        places.add(HostPlace.of(entry));
      }
    }
    if (!cache.isEmpty()) {
      places.add(HostPlace.of(cache));
    }
    return places;
  }

  List<String> argv(WebConfig.Worker bounds) {
    List<String> argv = new ArrayList<>();
    argv.add(program);
    argv.addAll(options());
    if (!cache.isEmpty()) {
      argv.add("-XX:AOTCache=" + cache);
      argv.add("-Xlog:aot=off");
      argv.add("-Xlog:cds=off");
    }
    argv.add("-Xms" + Math.min(bounds.heapBytes(), 24 * MIB));
    argv.add("-Xmx" + bounds.heapBytes());
    argv.add("-XX:MaxDirectMemorySize=" + Math.max(bounds.heapBytes(), 32 * MIB));
    argv.add("-cp");
    argv.add(classPath);
    argv.add(MAIN);
    return argv;
  }

  /** Those that the cache was trained with; {@code brig} (the launcher script) has them too. */
  static List<String> options() {
    return List.of(
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData", // it would write to /tmp
        "-XX:-UseContainerSupport",
        "-XX:+DisableAttachMechanism",
        "-XX:ReservedCodeCacheSize=40m",
        "-XX:TieredStopAtLevel=4",
        "-Xss512k",
        "-Xrs", // signals mean what they mean to any program
        "--enable-native-access=ALL-UNNAMED",
        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
        "--add-opens=java.base/java.io=ALL-UNNAMED",
        "-Dslf4j.provider=brig.web.log.EngineLog",
        "-Dslf4j.internal.verbosity=WARN");
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
