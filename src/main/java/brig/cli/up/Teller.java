package brig.cli.up;

import brig.cli.command.Context;
import brig.report.BrigException;
import brig.report.Printable;
import brig.report.Problem;

/**
 * What is told while jails run: their own words with their names, and Brig's on the other output.
 */
record Teller(Context context) {
  /** A line that a service printed. */
  void line(String jail, String line) {
    context.out().println(jail + " | " + line);
  }

  /** What became of a jail. */
  void news(String jail, String text) {
    context.err().println("brig: " + jail + ": " + Printable.text(text));
  }

  void problems(String jail, BrigException e) {
    for (Problem problem : e.problems()) {
      context.err().println("brig: " + jail + ": " + problem.text());
    }
  }

  void failed(String jail, Exception e) {
    news(jail, String.valueOf(e.getMessage()));
  }
}
