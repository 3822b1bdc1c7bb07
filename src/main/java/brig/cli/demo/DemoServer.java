package brig.cli.demo;

import brig.cli.command.Context;
import brig.linux.ChildProgram;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Poll;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import brig.linux.SignalPipe;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The demo with Brig's own server, which needs nothing of the host but Java. */
final class DemoServer {
  private static final List<String> OUTSIDE = List.of("/etc/hostname", "/root", "/var", "/proc");
  private static final long END_MILLIS = 10_000;
  private static final long DOOR_NANOS = 20_000_000_000L;

  /** A program starts when so much of its input is there (docs/decisions/0015). */
  private static final int GATHERED = 64 * 1024;

  private final DemoSite site;
  private final String home;
  private final int port;
  private final Context context;
  private final PrintStream out;

  DemoServer(String home, int port, Context context) {
    this.site = new DemoSite(home, context.host());
    this.home = home;
    this.port = port;
    this.context = context;
    this.out = context.out();
  }

  /**
   * Shows it.
   *
   * @param once ends when it was shown; else at a signal
   */
  int show(boolean once, SignalPipe signals) throws BrigException, IOException {
    String configuration = site.make(port, DemoCommand.userOf(context.host()));
    DemoCommand.heading("The configuration", out);
    out.print(configuration);
    DemoCommand.heading("Started", out);
    out.println("brig hole serve " + site.hole() + " --at " + site.doors());
    out.println("brig serve " + site.configuration());
    out.flush();
    Pidfd listener = Pidfd.ofChild(start("hole", "serve", site.hole(), "--at", site.doors()));
    try {
      Pidfd server = Pidfd.ofChild(start("serve", site.configuration()));
      try {
        awaitDoor(listener);
        return prove(server, once, signals);
      } finally {
        end(server);
      }
    } finally {
      end(listener);
    }
  }

  private static void end(Pidfd process) throws LinuxException {
    process.signal(Signal.SIGTERM);
    if (!process.awaitEnd(END_MILLIS)) {
      process.signal(Signal.SIGKILL);
    }
    process.reap();
    process.close();
  }

  private void awaitDoor(Pidfd listener) throws BrigException, LinuxException {
    long end = System.nanoTime() + DOOR_NANOS;
    while (Stat.of(site.doors() + "/socket") == null) {
      if (listener.awaitEnd(20) || System.nanoTime() > end) {
        throw BrigException.refused(Problem.of("the listener of the hole does not serve"));
      }
    }
  }

  private int start(String... arguments) throws LinuxException {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("BRIG_HOME", home);
    List<String> line =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path", ""),
                "-Dbrig.home=" + System.getProperty("brig.home", ""),
                "brig.cli.Main"));
    line.addAll(List.of(arguments));
    return ChildProgram.handed(line, environment, List.of());
  }

  private int prove(Pidfd server, boolean once, SignalPipe signals)
      throws BrigException, IOException {
    String address = "http://127.0.0.1:" + port + "/";
    String answer = DemoCommand.fetch(port);
    if (!answer.contains(DemoService.GREETING)) {
      throw BrigException.refused(
          Problem.of("cannot fetch " + address).answered(DemoCommand.firstLine(answer)));
    }
    DemoCommand.heading("Visited: a page, a program, the forms of the hole", out);
    out.println(
        "GET "
            + address
            + ": "
            + DemoCommand.firstLine(answer)
            + ", \""
            + DemoService.GREETING
            + "\"");
    new DemoVisit(port, out).all();
    DemoCommand.heading("The proof", out);
    ProcessStatus worker = childOf(server.pid());
    boolean holds = worker != null && tell("worker", worker) && tellInside(worker);
    holds &= tellProgram(server) && tellCaller(worker);
    DemoCommand.heading("The prison break, as a program of the site", out);
    out.flush();
    holds &= context.run("breakout", "--web", site.configuration()) == ExitCode.OK.status();
    if (!once) {
      out.println();
      out.println("It goes on serving " + address + " from " + site.jail() + " until Ctrl-C.");
      out.println("Log in below " + address + "budget/ as anne, correct horse.");
      out.flush();
      Poll.readable(-1, server.fd(), signals.fd());
    }
    out.println();
    return holds ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
  }

  /** A program that waits for its input, as the kernel tells of it. */
  private boolean tellProgram(Pidfd server) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      String request =
          "POST "
              + DemoSite.PROGRAM
              + " HTTP/1.1\r\nHost: demo\r\nContent-Length: "
              + 2 * GATHERED
              + "\r\n\r\n"
              + "x".repeat(GATHERED + 1);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      long end = System.nanoTime() + DOOR_NANOS;
      while (System.nanoTime() < end) {
        ProcessStatus program = named("inside");
        if (program != null && program.parent() == server.pid() && program.uid() != 0) {
          return tell("program", program);
        }
      }
      return false;
    }
  }

  private static @Nullable ProcessStatus named(String name) throws LinuxException {
    for (int pid : ProcessStatus.all()) {
      ProcessStatus process = ProcessStatus.of(pid);
      if (process != null && process.name().equals(name)) {
        return process;
      }
    }
    return null;
  }

  /** Who asked the listener, as it was told by the kernel. */
  private boolean tellCaller(@Nullable ProcessStatus worker) throws LinuxException {
    String log = new String(HostFiles.read(home + "/lib/holes/budget.log"), StandardCharsets.UTF_8);
    String wanted = "\"uid\":" + (worker == null ? -1 : worker.uid()) + ",";
    int asked = 0;
    boolean alone = true;
    for (String line : log.split("\n", -1)) {
      if (line.contains("\"uid\":")) {
        asked++;
        alone &= line.contains(wanted);
      }
    }
    out.println(
        "the listener's log: "
            + asked
            + " lines, all of uid "
            + (alone ? wanted.substring(6, wanted.length() - 1) : "?"));
    return alone && asked > 0;
  }

  private static @Nullable ProcessStatus childOf(int parent) throws LinuxException {
    for (int pid : ProcessStatus.all()) {
      ProcessStatus process = ProcessStatus.of(pid);
      if (process != null && process.parent() == parent) {
        return process;
      }
    }
    return null;
  }

  private boolean tell(String what, ProcessStatus process) throws LinuxException {
    Stat root = Stat.of("/proc/" + process.pid() + "/root");
    Stat wanted = Stat.of(site.jail());
    boolean inside =
        root != null
            && wanted != null
            && root.inode() == wanted.inode()
            && root.device() == wanted.device();
    out.println(
        what
            + " "
            + process.pid()
            + ": uid "
            + process.uid()
            + ", capabilities "
            + Long.toHexString(process.capabilities())
            + ", no_new_privs "
            + (process.noNewPrivs() ? 1 : 0)
            + ", seccomp "
            + process.seccomp()
            + ", root "
            + (inside ? "is the jail" : "is NOT the jail"));
    return inside
        && process.uid() != 0
        && process.capabilities() == 0
        && process.noNewPrivs()
        && process.seccomp() == 2;
  }

  private boolean tellInside(ProcessStatus worker) throws LinuxException {
    boolean holds = true;
    for (String path : OUTSIDE) {
      boolean there = Stat.of("/proc/" + worker.pid() + "/root" + path) != null;
      out.println(path + ": on the host; in the jail " + (there ? "TOO" : "absent"));
      holds &= !there;
    }
    try (Fd jail = Fd.open("/proc/" + worker.pid() + "/root", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      List<String> names = new ArrayList<>(jail.list());
      names.sort(null);
      out.println("All that is in the jail: " + String.join(", ", names));
    }
    return holds;
  }
}
