package brig.tree;

import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.nio.file.Path;

/** A process of its own that builds the same tree again and again. */
final class BuildUntilKilled {
  private BuildUntilKilled() {}

  public static void main(String[] arguments) throws IOException {
    Fixture jail = new Fixture(Path.of(arguments[0])).addTree(arguments[1], "/srv");
    while (true) {
      try {
        jail.build();
      } catch (BrigException e) {
        for (Problem problem : e.problems()) {
          System.out.println(problem.text());
        }
        return;
      }
      System.out.println("built");
    }
  }
}
