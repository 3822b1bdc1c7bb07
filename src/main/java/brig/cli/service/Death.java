package brig.cli.service;

import brig.cli.command.Context;
import brig.cli.jail.ReadyJail;
import brig.launch.LaunchOrder;
import brig.launch.service.Diagnosis;
import brig.linux.Pidfd;
import brig.linux.Signal;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service that ended as soon as it was started: how, and what to do about it.
 *
 * @param millis how long it lived
 */
public record Death(ReadyJail jail, Pidfd.Ending ending, long millis) {
  public static final int MOST_LINES = 20;

  /** Whoever lives longer than this in the foreground ended for reasons of its own. */
  public static final long AT_ONCE_MILLIS = 1000;

  /** The kernel killed processes of it. */
  public static Problem outOfMemory(JailSpec spec) {
    Located<Long> limit = spec.limits().shared().memory();
    return Problem.of(
            spec.name() + ": the kernel killed a process, for the jail had taken all memory")
        .remedy("Raise [limits] memory, or let the service take less.")
        .at(limit == null ? null : limit.at());
  }

  /** A start that failed before the program ran: when something of it is absent, says what. */
  public static BrigException unborn(
      ReadyJail jail, LaunchOrder order, BrigException failure, Context context)
      throws IOException {
    try (JailView inside = JailView.of(jail, context.host())) {
      Problem cause =
          new Diagnosis(context.host(), inside, jail.jailfile()).program(order.argv().getFirst());
      return cause == null ? failure : BrigException.refused(cause);
    }
  }

  /** Tells what it printed; the exception tells the rest. */
  public BrigException told(List<String> lines, Context context) throws IOException {
    tell(context);
    if (lines.isEmpty()) {
      context.err().println("  (it printed nothing)");
    }
    for (String line : lines) {
      context.err().println("  | " + Printable.text(line.replace('\t', ' ')));
    }
    try (JailView inside = JailView.of(jail, context.host())) {
      Diagnosis diagnosis = new Diagnosis(context.host(), inside, jail.jailfile());
      List<Problem> clues = diagnosis.words(lines);
      if (clues.isEmpty()) {
        clues = diagnosis.arguments(jail.spec().command().argv().value());
      }
      List<Problem> all = new ArrayList<>(clues);
      all.addAll(Diagnosis.pages(lines));
      return new BrigException(ExitCode.REFUSED, all);
    }
  }

  /** One line on how it ended. */
  public void tell(Context context) {
    if (ending.exited() && ending.number() == 0 && !jail.spec().namespaces().pid()) {
      return; // it has done what it was there for
    }
    Problem problem =
        Problem.of(
            jail.spec().name()
                + ": "
                + jail.program()
                + " "
                + ending.text()
                + " after "
                + millis
                + " ms");
    String remedy = remedy();
    context.err().println("brig: " + (remedy == null ? problem : problem.remedy(remedy)).text());
  }

  private @Nullable String remedy() {
    if (ending.exited() && ending.number() == 0) {
      return "If it went into the background, all that it left there ended with it: keep it in the"
          + " foreground"
          + foregroundHint()
          + ".";
    }
    if (!ending.exited() && ending.number() == Signal.SIGSYS) {
      return "It made a system call that the filter ends a process for: see [seccomp] allow in the"
          + " reference of the jailfile.";
    }
    return null;
  }

  private String foregroundHint() {
    String program = jail.program().substring(jail.program().lastIndexOf('/') + 1);
    return switch (program) {
      case "nginx" -> ", by the arguments -g \"daemon off;\"";
      case "apache2", "httpd" -> ", by the argument -DFOREGROUND";
      case "lighttpd" -> ", by the argument -D";
      case "named" -> ", by the argument -f";
      case "sshd" -> ", by the argument -D";
      case "busybox" -> ", by the argument -f of the applet";
      default -> program.startsWith("php-fpm") ? ", by the argument -F" : "";
    };
  }
}
