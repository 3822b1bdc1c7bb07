package brig.cli.learn;

import brig.cli.command.Context;
import brig.learn.Person;
import brig.linux.Terminal;
import brig.report.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Whoever sits at the terminal; where there is none, nobody agrees to anything. */
final class TerminalPerson implements Person {
  private final Context context;

  TerminalPerson(Context context) {
    this.context = context;
  }

  @Override
  public boolean agrees(String question) {
    if (!context.terminal() || !Terminal.is(0)) {
      return false;
    }
    context.err().print("brig: " + Printable.text(question) + " [y/N] ");
    context.err().flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      String word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
      return word.equals("y") || word.equals("yes");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
