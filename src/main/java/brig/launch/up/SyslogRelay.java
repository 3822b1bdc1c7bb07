package brig.launch.up;

import brig.launch.service.Outlets;
import brig.linux.Datagrams;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Poll;
import brig.report.Printable;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what a jail sends to its {@code /dev/log}, for hosts whose syslog daemon has no socket
 * of its own for the jail. A message leaves with the jail's name as its tag, whatever it said; with
 * no facility of the kernel's; as one line; and no more of them than {@value #MOST} in {@value
 * #SECONDS} seconds, as rsyslog's imuxsock lets through.
 */
public final class SyslogRelay implements AutoCloseable {
  /** Where a host's log listens. */
  public static final String HOST = "/dev/log";

  /** Messages in {@link #SECONDS}. */
  public static final int MOST = 200;

  public static final int SECONDS = 5;

  private static final int USER_NOTICE = 13;
  private static final int LONGEST = 8 * 1024;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

  private final String jail;
  private final Fd socket;
  private final String hostDirectory;
  private final String hostName;
  private final Consumer<String> otherwise;

  private @Nullable Fd host;
  private long windowStart;
  private int inWindow;
  private int dropped;

  private SyslogRelay(String jail, Fd socket, String host, Consumer<String> otherwise) {
    this.jail = jail;
    this.socket = socket;
    int slash = host.lastIndexOf('/');
    this.hostDirectory = slash <= 0 ? "/" : host.substring(0, slash);
    this.hostName = host.substring(slash + 1);
    this.otherwise = otherwise;
    this.windowStart = System.nanoTime();
  }

  /**
   * Takes the jail's socket.
   *
   * @param outlets the directory of the jail's outlets
   * @param host where the host's log listens, {@code /dev/log}
   * @param otherwise takes the messages while nobody listens there
   * @return null when somebody else has the socket: the host's own daemon
   */
  public static @Nullable SyslogRelay open(
      String jail, String outlets, String host, Consumer<String> otherwise) throws LinuxException {
    return isServed(outlets)
        ? null
        : new SyslogRelay(jail, Datagrams.bind(outlets, Outlets.LOG, 0666), host, otherwise);
  }

  /** Somebody listens to the jail. */
  public static boolean isServed(String outlets) {
    try (Fd other = Datagrams.connect(outlets, Outlets.LOG)) {
      return other.number() >= 0;
    } catch (LinuxException e) {
      return false; // ENOENT, or ECONNREFUSED: left by one that has ended
    }
  }

  /** Readable when there is something to pass on. */
  public Fd fd() {
    return socket;
  }

  /** Passes on, on a thread of its own, until the process ends. */
  public void passForEver() {
    Thread.ofPlatform()
        .name("syslog")
        .daemon(true)
        .start(
            () -> {
              try {
                while (true) {
                  Poll.readable(-1, socket);
                  pass();
                }
              } catch (LinuxException e) {
                otherwise.accept("jail/" + jail + ": its log is read no more: " + e.getMessage());
              }
            });
  }

  /** Passes on all that is there. */
  public void pass() throws LinuxException {
    for (Datagrams.Message m = Datagrams.receive(socket);
        m != null;
        m = Datagrams.receive(socket)) {
      if (admit()) {
        tell(line(m.bytes(), m.pid()));
      }
    }
  }

  private boolean admit() {
    long now = System.nanoTime();
    if (now - windowStart > SECONDS * 1_000_000_000L) {
      if (dropped > 0) {
        String text = dropped + " messages were dropped: it sends more than " + MOST;
        tell(line(("<12>" + text).getBytes(StandardCharsets.UTF_8), 0));
      }
      windowStart = now;
      inWindow = 0;
      dropped = 0;
    }
    if (inWindow >= MOST) {
      dropped++;
      return false;
    }
    inWindow++;
    return true;
  }

  /**
   * The message as it leaves: priority, the time now, {@code jail/NAME[PID]:} and what was said.
   * The sender's own time is left out, its own tag is text.
   */
  String line(byte[] message, int pid) {
    String text = new String(message, StandardCharsets.UTF_8);
    int end = text.startsWith("<") ? text.indexOf('>') : -1;
    int priority = end > 1 && end <= 4 ? priority(text.substring(1, end)) : USER_NOTICE;
    String said = end > 1 && end <= 4 ? text.substring(end + 1) : text;
    if (said.length() > LONGEST) {
      said = said.substring(0, LONGEST);
    }
    return "<"
        + priority
        + ">"
        + TIME.format(LocalDateTime.now(ZoneId.systemDefault()))
        + " jail/"
        + jail
        + (pid > 0 ? "[" + pid + "]" : "")
        + ": "
        + Printable.text(withoutTime(said).strip().replace('\t', ' '));
  }

  /** Facility and severity; what is none, or the kernel's own facility, is a user's. */
  private static int priority(String digits) {
    int priority = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return USER_NOTICE;
      }
      priority = priority * 10 + digit;
    }
    if (priority > 191) {
      return USER_NOTICE;
    }
    return priority < 8 ? 8 + priority : priority;
  }

  /** RFC 3164, 4.1.2: "Mmm dd hh:mm:ss " is 16 characters. */
  private static String withoutTime(String said) {
    boolean time =
        said.length() > 16
            && said.charAt(3) == ' '
            && said.charAt(6) == ' '
            && said.charAt(9) == ':'
            && said.charAt(12) == ':'
            && said.charAt(15) == ' ';
    return time ? said.substring(16) : said;
  }

  private void tell(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    for (int tries = 0; tries < 2; tries++) {
      try {
        if (host == null) {
          host = Datagrams.connect(hostDirectory, hostName);
        }
        if (!Datagrams.send(host, bytes)) {
          dropped++; // the host's log is full just now; the jail must not make Brig wait
        }
        return;
      } catch (LinuxException e) {
        // Nobody listens, or the daemon was started anew: once more, then elsewhere.
        if (host != null) {
          host.close();
          host = null;
        }
      }
    }
    otherwise.accept(line.substring(line.indexOf('>') + 1));
  }

  @Override
  public void close() {
    socket.close();
    if (host != null) {
      host.close();
    }
  }
}
