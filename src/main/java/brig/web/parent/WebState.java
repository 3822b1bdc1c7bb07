package brig.web.parent;

import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a running server leaves in /run/brig for {@code brig reload}: who it is, how often it has
 * been asked to reload, and how the last time went.
 *
 * @param startTime of the process, which with its number names it for ever
 * @param worker that serves; 0: none just now
 * @param reloads how many have been answered
 * @param answer of the last; empty: it went well
 */
public record WebState(int pid, long startTime, int worker, int reloads, String answer) {

  /** The file for a configuration. */
  public static String file(String run, String source) {
    StringBuilder name = new StringBuilder("serve");
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      name.append(plain || c == '.' || c == '-' ? c : '_');
    }
    int most = 200;
    String whole = name.toString();
    return run + "/" + (whole.length() > most ? whole.substring(0, most) : whole) + ".web";
  }

  public void write(String file) throws LinuxException {
    HostFiles.createDirectories(file.substring(0, file.lastIndexOf('/')), 0755);
    String text =
        "pid="
            + pid
            + "\nstart="
            + startTime
            + "\nworker="
            + worker
            + "\nreloads="
            + reloads
            + "\nanswer="
            + answer.replace('\n', ' ')
            + "\n";
    HostFiles.replace(file, text.getBytes(StandardCharsets.UTF_8), 0644);
  }

  /** Null when no server runs there. */
  public static @Nullable WebState read(String file) throws LinuxException {
    byte[] bytes = HostFiles.readOrNull(file);
    if (bytes == null) {
      return null;
    }
    Map<String, String> values = new HashMap<>();
    new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
              }
            });
    try {
      WebState state =
          new WebState(
              Integer.parseInt(values.getOrDefault("pid", "")),
              Long.parseLong(values.getOrDefault("start", "")),
              Integer.parseInt(values.getOrDefault("worker", "")),
              Integer.parseInt(values.getOrDefault("reloads", "")),
              values.getOrDefault("answer", ""));
      ProcessStatus process = ProcessStatus.of(state.pid());
      return process != null && process.startTime() == state.startTime() ? state : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
