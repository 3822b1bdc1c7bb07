package brig.cli.command;

import brig.report.Printable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as what is in them, two blanks between. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(List<String> head) {
    rows.add(head);
  }

  public void row(String... cells) {
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(Printable.text(cell));
    }
    rows.add(row);
  }

  public void print(PrintStream out) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i < columns - 1) {
          line.repeat(' ', widths[i] - row.get(i).length() + 2);
        }
      }
      out.println(line);
    }
  }
}
