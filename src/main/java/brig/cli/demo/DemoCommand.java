package brig.cli.demo;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.ReadyJail;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Poll;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import brig.linux.SignalPipe;
import brig.linux.Stat;
import brig.plan.Entry;
import brig.plan.Host;
import brig.plan.Plan;
import brig.plan.Planner;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import brig.tree.JailPaths;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig demo [--once] [--port N] [--service NAME]}. */
public final class DemoCommand implements Command {
  private static final String JAIL = "demo";
  private static final long FETCH_MILLIS = 20_000;

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Jail a server for a look: all that Brig does, in a few seconds.",
            "It serves a page of its own on 127.0.0.1 until Ctrl-C, and cleans up.");
    spec.addOption(OptionSpec.builder("--once").description("Show it, clean up and end.").build());
    spec.addOption(
        OptionSpec.builder("--port")
            .paramLabel("N")
            .type(Integer.class)
            .description("The port to serve on; otherwise a free one.")
            .build());
    spec.addOption(
        OptionSpec.builder("--service")
            .paramLabel("NAME")
            .type(String.class)
            .description(
                "A service of this host: nginx, apache2, lighttpd, busybox or python3; else Brig's"
                    + " own server.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    ReadyJail.requireRoot("show the demo");
    String named = arguments.matchedOptionValue("--service", (String) null);
    DemoService service = named == null ? null : choose(named, context.host());
    int port = arguments.matchedOptionValue("--port", 0);
    if (port < 0 || port > 65535) {
      throw BrigException.usage(Problem.of("--port takes a port, not " + port));
    }
    String home = "/var/tmp/brig-demo-" + ProcessStatus.self();
    Map<String, String> environment = Map.of("BRIG_HOME", home);
    Context own = context.withEnvironment(environment);
    try (SignalPipe signals =
        SignalPipe.of(Signal.SIGINT, Signal.SIGTERM, Signal.SIGHUP, Signal.SIGQUIT)) {
      // Made by us, for us alone: nobody can have put anything there before.
      HostFiles.deleteTree(home);
      HostFiles.createDirectories(home, 0711); // the hole's programs are another user's
      try {
        if (service == null) {
          int at = port == 0 ? freePort() : port;
          boolean once = arguments.hasMatchedOption("--once");
          return new DemoServer(home, at, own).show(once, signals);
        }
        return show(service, port == 0 ? freePort() : port, arguments, own, signals);
      } finally {
        if (Stat.of(own.paths().state(JAIL)) == null || own.run("stop", JAIL) == 0) {
          HostFiles.deleteTree(home);
        } else {
          context
              .err()
              .println("brig: left for another try: BRIG_HOME=" + home + " brig stop " + JAIL);
        }
      }
    }
  }

  private static DemoService choose(String name, Host host) throws BrigException, IOException {
    for (DemoService service : DemoService.values()) {
      if (service.word().equals(name)) {
        if (!service.isOn(host)) {
          throw BrigException.refused(
              Problem.of("there is no " + service.program() + " on this host")
                  .remedy("Debian: apt-get install " + service.word() + "."));
        }
        return service;
      }
    }
    throw BrigException.usage(
        Problem.of("the demo does not know the service '" + name + "'")
            .remedy("It knows nginx, apache2, lighttpd, busybox and python3."));
  }

  private static int show(
      DemoService service, int port, ParseResult arguments, Context context, SignalPipe signals)
      throws BrigException, IOException {
    PrintStream out = context.out();
    JailPaths paths = context.paths();
    String user = userOf(context.host());
    heading("The jailfile", out);
    String files = home(paths) + "/srv";
    HostFiles.createDirectories(files + "/www", 0755);
    write(files + "/www/index.html", DemoService.PAGE);
    write(files + "/demo.conf", service.configuration(port));
    String jailfile = service.jailfile(port, user, files);
    HostFiles.createDirectories(paths.etc(), 0755);
    write(paths.jailfile(JAIL), jailfile);
    out.print(jailfile);

    heading("What goes in, and why", out);
    tellPlan(Planner.plan(Jailfiles.read(JAIL, paths), context.host()), service, out);

    heading("Built and started", out);
    int status = context.run("run", "-d", JAIL);
    if (status != 0) {
      return status;
    }
    String answer = fetch(port);
    String address = "http://127.0.0.1:" + port + "/";
    if (!answer.contains(DemoService.GREETING)) {
      throw BrigException.refused(
          Problem.of("cannot fetch " + address).answered(firstLine(answer)));
    }
    out.println("GET " + address + ": " + firstLine(answer) + ", \"" + DemoService.GREETING + "\"");

    heading("The proof", out);
    RunState state = RunState.read(paths.state(JAIL));
    if (state == null) {
      throw BrigException.refused(Problem.of("the demo's jail was stopped by somebody else"));
    }
    boolean holds = DemoProof.show(state, context);
    int ending = holds ? ExitCode.OK.status() : ExitCode.FINDINGS.status();
    if (!arguments.hasMatchedOption("--once")) {
      out.println();
      out.println("It goes on serving " + address + " until Ctrl-C.");
      out.println("Look around: BRIG_HOME=" + home(paths) + " brig status");
      waitFor(state, signals);
    }
    out.println();
    return ending;
  }

  private static void write(String file, String text) throws LinuxException {
    HostFiles.replace(file, text.getBytes(StandardCharsets.UTF_8), 0644);
  }

  private static String home(JailPaths paths) {
    return paths.run().substring(0, paths.run().lastIndexOf('/'));
  }

  static void heading(String text, PrintStream out) {
    out.println();
    out.println("== " + text);
  }

  private static void tellPlan(Plan plan, DemoService service, PrintStream out) {
    int files = 0;
    int links = 0;
    long bytes = 0;
    List<Entry> telling = new ArrayList<>();
    for (Entry entry : plan.entries()) {
      switch (entry) {
        case Entry.File file -> {
          files++;
          bytes += file.stat().size();
        }
        case Entry.Generated generated -> {
          files++;
          bytes += generated.content().length;
        }
        case Entry.Link _ -> links++;
        case Entry.Directory _, Entry.Writable _, Entry.Device _, Entry.Socket _ -> {}
      }
      if (entry.path().endsWith("/libc.so.6")
          || entry.path().equals("/etc/passwd")
          || entry.path().equals("/dev/null")
          || entry.path().endsWith(service.program())) {
        telling.add(entry);
      }
    }
    out.println(
        files
            + " files, "
            + links
            + " links, "
            + (bytes + 512 * 1024) / (1024 * 1024)
            + " MiB, out of all that this host has. For example:");
    for (Entry entry : telling) {
      out.println("  " + Printable.text(entry.path()));
      out.println("    " + Printable.text(entry.reasons().getFirst().text()));
    }
  }

  static String userOf(Host host) throws IOException {
    String passwd = new String(host.read("/etc/passwd"), StandardCharsets.UTF_8);
    return passwd.contains("\nwww-data:") ? "www-data" : "nobody";
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return probe.getLocalPort();
    }
  }

  /** Tries until somebody listens; the answer whole, or what the last try ended with. */
  static String fetch(int port) throws IOException {
    long deadline = System.nanoTime() + FETCH_MILLIS * 1_000_000;
    while (true) {
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        socket.setSoTimeout((int) FETCH_MILLIS);
        String request = "GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          return String.valueOf(e.getMessage());
        }
        try {
          Thread.sleep(50);
        } catch (InterruptedException interrupted) {
          return "interrupted";
        }
      }
    }
  }

  static String firstLine(String answer) {
    int end = answer.indexOf('\r');
    return Printable.text(end < 0 ? answer : answer.substring(0, end));
  }

  private static void waitFor(RunState state, SignalPipe signals) throws LinuxException {
    ProcessStatus process = Running.find(state);
    try (Pidfd pidfd = process == null ? null : Pidfd.open(process.pid())) {
      if (pidfd != null) {
        Poll.readable(-1, pidfd.fd(), signals.fd());
      }
    }
  }
}
