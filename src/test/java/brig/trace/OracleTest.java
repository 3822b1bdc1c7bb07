package brig.trace;

import static org.assertj.core.api.Assertions.assertThat;

import brig.testing.Gcc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the tracer tells, against what strace tells of the same command: call, path, errno. */
@Tag("service")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OracleTest {
  private static final Pattern CALL = Pattern.compile("^([a-z0-9_]+)\\((.*)\\)\\s+= (.*)$");
  private static final Pattern TEXT = Pattern.compile("\"((?:\\\\x[0-9a-f]{2})*)\"");
  private static final Pattern ERROR = Pattern.compile("^-1 (E[A-Z0-9]+) ");

  @TempDir Path directory;

  private TreeSet<String> strace(List<String> command) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of("env", "-i", "PATH=/usr/bin:/bin", "strace", "-ff", "-xx", "-s", "8192", "-o"));
    all.add(directory.resolve("strace").toString());
    List<String> calls = new ArrayList<>(TracedCalls.names());
    // Those that strace has no name for, or that name no path of their own.
    calls.removeAll(
        List.of(
            "getdents",
            "getdents64",
            "fchdir",
            "setns",
            "unshare",
            "io_uring_setup",
            "sendto",
            "open_by_handle_at",
            "uselib",
            "bind"));
    all.add("-e");
    all.add("trace=" + String.join(",", calls.stream().map(c -> "?" + c).toList()));
    all.addAll(command);
    Gcc.run(all, Map.of());
    TreeSet<String> told = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("strace.")).toList()) {
        for (String line : Files.readAllLines(file)) {
          Matcher call = CALL.matcher(line);
          if (call.matches()) {
            Matcher text = TEXT.matcher(call.group(2));
            Matcher error = ERROR.matcher(call.group(3));
            boolean inet = call.group(1).equals("connect") && !line.contains("sun_path=\"");
            if (!inet && text.find() && !text.group(1).isEmpty()) {
              told.add(
                  line(call.group(1), unescape(text.group(1)), error.find() ? error.group(1) : ""));
            }
          }
        }
      }
    }
    return told;
  }

  private static String unescape(String hex) {
    byte[] bytes = new byte[hex.length() / 4];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(hex.substring(4 * i + 2, 4 * i + 4), 16);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Names that are other ones in each run are made alike. */
  private static String line(String call, String path, String error) {
    return call
        + " "
        + path.replaceAll("/proc/[0-9]+", "/proc/N")
            .replaceAll("[0-9]{3,}|pid\\.[A-Za-z0-9]{6}", "N")
        + " "
        + error;
  }

  private static TreeSet<String> traced(List<String> command) throws IOException {
    Recording recording = new Recording();
    assertThat(recording.run(command.toArray(String[]::new)).status()).isZero();
    TreeSet<String> told = new TreeSet<>();
    boolean first = true;
    for (TraceEvent event : recording.events()) {
      String asked = first ? command.getFirst() : event.asked();
      if (!asked.isEmpty() && event.access() != Access.SEND && event.access() != Access.BIND) {
        told.add(line(event.call(), asked, event.error() == null ? "" : event.error().name()));
      }
      first = false;
    }
    return told;
  }

  private void same(String... command) throws IOException {
    TreeSet<String> oracle = strace(List.of(command));
    TreeSet<String> ours = traced(List.of(command));
    assertThat(oracle).hasSizeGreaterThan(20);
    TreeSet<String> missed = new TreeSet<>(oracle);
    missed.removeAll(ours);
    TreeSet<String> invented = new TreeSet<>(ours);
    invented.removeAll(oracle);
    assertThat(missed).as("what only strace saw").isEmpty();
    assertThat(invented).as("what only the tracer saw").isEmpty();
  }

  @Test
  void aPerlWithModules() throws IOException {
    same(
        "/usr/bin/perl",
        "-MPOSIX",
        "-MSocket",
        "-MFile::Find",
        "-e",
        "find(sub {}, '/etc/apt'); socket S, PF_UNIX, SOCK_STREAM, 0;"
            + " connect S, sockaddr_un('/nonexistent/socket'); system 'cat', '/etc/hostname'");
  }

  @Test
  void aLongListing() throws IOException {
    same("/bin/ls", "-lR", "/usr/share/perl", "/etc/apache2");
  }

  @Test
  void apacheStartsAndStops() throws IOException {
    Path home = Files.createDirectory(directory.resolve("apache"));
    Files.createDirectories(home.resolve("logs"));
    Files.writeString(
        home.resolve("httpd.conf"),
        """
        ServerRoot %s
        ServerName localhost
        DefaultRuntimeDir %s
        PidFile %s/pid
        ErrorLog %s/logs/error
        User www-data
        Group www-data
        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
        Include /etc/apache2/mods-available/alias.load
        Listen 8080
        StartServers 1
        """
            .formatted(home, home, home, home));
    // A network of its own, so that no port of the host is taken; it ends by itself when it is up.
    same(
        "/usr/bin/unshare",
        "-n",
        "/bin/sh",
        "-c",
        "/usr/sbin/apache2 -f "
            + home
            + "/httpd.conf && while ! test -s "
            + home
            + "/pid; do sleep 0.1; done; sleep 1; kill $(cat "
            + home
            + "/pid); while test -e "
            + home
            + "/pid; do sleep 0.1; done");
  }
}
