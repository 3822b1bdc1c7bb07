package brig.cli.learn;

import brig.cli.command.Context;
import brig.learn.Addition;
import brig.learn.Lesson;
import brig.learn.SeenProposal;
import brig.learn.Teller;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Learning as a person follows it, and what came of it. */
final class LearnText implements Teller {
  private static final int MOST_WORDS = 20;
  private static final int MOST_SEARCHED = 20;

  private final JailSpec spec;
  private final Context context;

  LearnText(JailSpec spec, Context context) {
    this.spec = spec;
    this.context = context;
  }

  @Override
  public void round(int number) {
    if (context.terminal()) {
      context.err().println("brig: round " + number + ": " + spec.name() + " is started");
    }
  }

  @Override
  public void ended(int number, @Nullable String failure, List<Addition> additions) {
    String learned =
        additions.isEmpty() ? "nothing to add" : count(additions.size(), "thing") + " to add";
    context
        .err()
        .println(
            Printable.text(
                "brig: round "
                    + number
                    + ": "
                    + (failure == null ? "all passes" : failure)
                    + "; "
                    + learned));
  }

  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  void print(Lesson lesson, boolean outside) {
    PrintStream out = context.out();
    String where = outside ? "on the host" : "in its jail";
    String how = count(lesson.rounds(), "round");
    line(
        spec.name()
            + ": "
            + (lesson.passed()
                ? "does what was asked of it, " + where + ", after " + how
                : "does not do what was asked of it, after " + how + ": " + lesson.failure()));
    if (!lesson.passed()) {
      words("It said last", lesson.lastWords());
      words("The workload or the probe said", lesson.askedWords());
      for (Problem problem : lesson.explanations()) {
        line("- " + problem.text());
      }
    }
    additions(lesson);
    if (!lesson.refused().isEmpty()) {
      out.println();
      out.println("Not brought in: " + lesson.refused().size());
      for (Problem problem : lesson.refused()) {
        line("  " + problem.text());
      }
    }
    if (!lesson.searched().isEmpty()) {
      out.println();
      out.println(
          "Passed over, for the service found the same later in its search: "
              + lesson.searched().size());
      for (String path : lesson.searched().stream().limit(MOST_SEARCHED).toList()) {
        line("  " + path);
      }
    }
    if (lesson.passed() && !outside) {
      seen(lesson);
    }
    if (!lesson.advice().isEmpty()) {
      out.println();
      out.println("To learn more:");
      for (String advice : lesson.advice()) {
        line("  " + advice);
      }
    }
  }

  private void seen(Lesson lesson) {
    List<String> proposal = SeenProposal.of(spec, lesson.lock().seen());
    if (!proposal.isEmpty()) {
      context.out().println();
      line("For " + spec.file() + ", by what was seen:");
      for (String text : proposal) {
        line("  " + text);
      }
    }
  }

  private void additions(Lesson lesson) {
    PrintStream out = context.out();
    if (lesson.additions().isEmpty()) {
      line(
          "Nothing was added to "
              + lesson.lock().file()
              + (lesson.absent() == 0
                  ? "."
                  : "; "
                      + count(lesson.absent(), "path")
                      + " that it asked for exist"
                      + (lesson.absent() == 1 ? "s" : "")
                      + " nowhere."));
      return;
    }
    out.println();
    line("Added to " + lesson.lock().file() + ": " + lesson.additions().size());
    for (Addition addition : lesson.additions()) {
      line("  " + addition.what() + "  " + addition.why());
    }
    loadFiles(lesson);
  }

  /** Apache loads libraries by itself, where it is told to. */
  private void loadFiles(Lesson lesson) {
    List<String> lines = new ArrayList<>();
    for (Addition addition : lesson.additions()) {
      if (addition instanceof Addition.Preload preload) {
        lines.add("LoadFile " + preload.path().path());
      }
    }
    if (!lines.isEmpty() && isApache(spec.command().program())) {
      context.out().println();
      line("They are loaded by LD_PRELOAD; Apache's own configuration can do it as well:");
      lines.forEach(text -> line("  " + text));
    }
  }

  private static boolean isApache(String program) {
    String name = program.substring(program.lastIndexOf('/') + 1);
    return name.startsWith("apache") || name.equals("httpd");
  }

  private void words(String heading, List<String> words) {
    if (words.isEmpty()) {
      return;
    }
    line(heading + ":");
    for (String word : words.subList(Math.max(0, words.size() - MOST_WORDS), words.size())) {
      line("  | " + word.replace('\t', ' '));
    }
  }

  private void line(String text) {
    context.out().println(Printable.text(text));
  }
}
