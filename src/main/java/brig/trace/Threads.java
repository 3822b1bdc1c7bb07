package brig.trace;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which threads and processes there are, as proc(5) tells. */
final class Threads {
  private Threads() {}

  /** Of a process; none when it is gone. */
  static List<Integer> of(int pid) {
    List<Integer> tids = new ArrayList<>();
    try (Fd directory = Fd.open("/proc/" + pid + "/task", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : directory.list()) {
        tids.add(Integer.valueOf(name));
      }
    } catch (LinuxException e) {
      return List.of();
    }
    return tids;
  }

  static boolean belongs(int tid, int pid) {
    try {
      return Stat.of("/proc/" + pid + "/task/" + tid) != null;
    } catch (LinuxException e) {
      return false;
    }
  }

  /** The process of a thread; the thread itself when it is gone. */
  static int process(int tid) {
    int pid = number(tid, "\nTgid:");
    return pid == 0 ? tid : pid;
  }

  static int parent(int pid) {
    return number(pid, "\nPPid:");
  }

  /** The process that traces a thread; 0: none. */
  static int tracer(int tid) {
    return number(tid, "\nTracerPid:");
  }

  private static int number(int tid, String key) {
    try {
      byte[] bytes = HostFiles.readOrNull("/proc/" + tid + "/status");
      String text = bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
      int at = text.indexOf(key);
      return at < 0
          ? 0
          : Integer.parseInt(text.substring(at + key.length(), text.indexOf('\n', at + 1)).strip());
    } catch (LinuxException e) {
      return 0;
    }
  }

  /** A process and all that descend from it, itself first. */
  static List<Integer> family(int pid) throws LinuxException {
    Map<Integer, List<Integer>> children = new HashMap<>();
    for (int other : ProcessStatus.all()) {
      ProcessStatus status = ProcessStatus.of(other);
      if (status != null) {
        children.computeIfAbsent(status.parent(), p -> new ArrayList<>()).add(other);
      }
    }
    List<Integer> family = new ArrayList<>(List.of(pid));
    for (int i = 0; i < family.size(); i++) {
      family.addAll(children.getOrDefault(family.get(i), List.of()));
    }
    return family;
  }
}
