package brig.cli.demo;

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
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The demo with Brig's own server, which needs nothing of the host but Java. */
final class DemoServer {
  private static final List<String> OUTSIDE = List.of("/etc/hostname", "/root", "/usr", "/proc");
  private static final long END_MILLIS = 10_000;

  private final String home;
  private final int port;
  private final PrintStream out;

  DemoServer(String home, int port, PrintStream out) {
    this.home = home;
    this.port = port;
    this.out = out;
  }

  /**
   * Shows it.
   *
   * @param once ends when it was shown; else at a signal
   */
  int show(boolean once, SignalPipe signals) throws BrigException, IOException {
    String site = home + "/site";
    HostFiles.createDirectories(site, 0755);
    String configuration = "listen = [\"127.0.0.1:" + port + "\"]\nroot = \"" + site + "\"\n";
    write(home + "/web.toml", configuration);
    write(site + "/index.html", DemoService.PAGE);
    DemoCommand.heading("The configuration", out);
    out.print(configuration);
    DemoCommand.heading("Started: brig serve " + home + "/web.toml", out);
    out.flush();
    Pidfd server = Pidfd.ofChild(start());
    try {
      return prove(server, site, once, signals);
    } finally {
      server.signal(Signal.SIGTERM);
      if (!server.awaitEnd(END_MILLIS)) {
        server.signal(Signal.SIGKILL);
      }
      server.reap();
      server.close();
    }
  }

  private static void write(String file, String text) throws LinuxException {
    HostFiles.replace(file, text.getBytes(StandardCharsets.UTF_8), 0644);
  }

  private int start() throws LinuxException {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("BRIG_HOME", home);
    return ChildProgram.handed(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path", ""),
            "-Dbrig.home=" + System.getProperty("brig.home", ""),
            "brig.cli.Main",
            "serve",
            home + "/web.toml"),
        environment,
        List.of());
  }

  private int prove(Pidfd server, String site, boolean once, SignalPipe signals)
      throws BrigException, IOException {
    String address = "http://127.0.0.1:" + port + "/";
    String answer = DemoCommand.fetch(port);
    if (!answer.contains(DemoService.GREETING)) {
      throw BrigException.refused(
          Problem.of("cannot fetch " + address).answered(DemoCommand.firstLine(answer)));
    }
    out.println(
        "GET "
            + address
            + ": "
            + DemoCommand.firstLine(answer)
            + ", \""
            + DemoService.GREETING
            + "\"");
    DemoCommand.heading("The proof", out);
    ProcessStatus worker = childOf(server.pid());
    boolean holds = worker != null && tell(worker, site);
    if (!once) {
      out.println();
      out.println("It goes on serving " + address + " from " + site + " until Ctrl-C.");
      out.flush();
      Poll.readable(-1, server.fd(), signals.fd());
    }
    out.println();
    return holds ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
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

  private boolean tell(ProcessStatus worker, String site) throws LinuxException {
    Stat root = Stat.of("/proc/" + worker.pid() + "/root");
    Stat wanted = Stat.of(site);
    boolean inside =
        root != null
            && wanted != null
            && root.inode() == wanted.inode()
            && root.device() == wanted.device();
    out.println(
        "worker "
            + worker.pid()
            + ": uid "
            + worker.uid()
            + ", capabilities "
            + Long.toHexString(worker.capabilities())
            + ", no_new_privs "
            + (worker.noNewPrivs() ? 1 : 0)
            + ", seccomp "
            + worker.seccomp()
            + ", root "
            + (inside ? "is the jail" : "is NOT the jail"));
    boolean holds =
        inside
            && worker.uid() != 0
            && worker.capabilities() == 0
            && worker.noNewPrivs()
            && worker.seccomp() == 2;
    for (String path : OUTSIDE) {
      boolean there = Stat.of("/proc/" + worker.pid() + "/root" + path) != null;
      out.println(path + ": on the host; in the jail " + (there ? "TOO" : "absent"));
      holds &= !there;
    }
    try (Fd jail = Fd.open("/proc/" + worker.pid() + "/root", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      out.println("All that is in the jail: " + String.join(", ", jail.list()));
    }
    return holds;
  }
}
