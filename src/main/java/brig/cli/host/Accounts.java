package brig.cli.host;

import brig.plan.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of the host's users, for showing. */
public final class Accounts {
  private final Host host;
  private @Nullable Map<Integer, String> users;

  public Accounts(Host host) {
    this.host = host;
  }

  /** The user's name; its number when nobody has that. */
  public String user(int uid) throws IOException {
    Map<Integer, String> names = users;
    if (names == null) {
      names = read();
      users = names;
    }
    return names.getOrDefault(uid, String.valueOf(uid));
  }

  private Map<Integer, String> read() throws IOException {
    Map<Integer, String> names = new HashMap<>();
    String text = new String(host.read("/etc/passwd"), StandardCharsets.UTF_8);
    for (String line : text.split("\n", -1)) {
      String[] fields = line.split(":", -1);
      if (fields.length == 7) {
        try {
          names.putIfAbsent(Integer.parseInt(fields[2]), fields[0]);
        } catch (NumberFormatException e) {
          // A line that getpwuid(3) would pass over as well.
        }
      }
    }
    return names;
  }
}
