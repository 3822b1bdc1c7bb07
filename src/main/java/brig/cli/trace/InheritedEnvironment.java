package brig.cli.trace;

import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment as whoever called Brig gave it, for a program that is the caller's own: byte for
 * byte, and with the LC_ALL that the launcher script replaced for the JVM's sake.
 */
public final class InheritedEnvironment {
  private static final String LC_ALL = "LC_ALL";

  private InheritedEnvironment() {}

  public static Map<String, String> of(Map<String, String> decoded) throws LinuxException {
    Map<String, String> environment = new LinkedHashMap<>();
    // proc_pid_environ(5): as it was when this process began.
    byte[] bytes = HostFiles.readOrNull("/proc/self/environ");
    if (bytes == null || !decoded.equals(System.getenv())) {
      return decoded;
    }
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        String variable = FileNames.decode(bytes, start, i);
        int equals = variable.indexOf('=');
        if (equals > 0) {
          environment.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        start = i + 1;
      }
    }
    if (System.getProperty("brig.home") != null) { // the launcher script was there
      environment.remove(LC_ALL);
      String given = System.getProperty("brig.lc_all");
      if (given != null) {
        environment.put(LC_ALL, given);
      }
    }
    return environment;
  }
}
