package brig.tree;

import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.Arrays;
import java.util.List;

/**
 * Makes an earlier generation of a jail the current one, by the same rename that a build uses.
 *
 * @param from what was current before; 0 when nothing was
 * @param to what is current now
 */
public record Rollback(int from, int to) {
  /**
   * Goes back. Waits for a build of the same jail that is at work.
   *
   * @param wanted a generation, 0 for the newest one below the current
   * @throws BrigException when there is no such generation; nothing was changed then
   */
  public static Rollback to(JailPaths paths, String jail, int wanted, Progress progress)
      throws BrigException {
    String directory = paths.jail(jail);
    try {
      if (Stat.ofLink(directory) == null) {
        throw refused(jail, wanted, "it was never built", "brig build " + jail + " does.");
      }
      try (JailDirectory open = JailDirectory.open(paths, jail, progress)) {
        Generations generations = Generations.of(paths, jail);
        int current = generations.current().orElse(0);
        List<Integer> numbers = open.numbers();
        int target = wanted == 0 ? previous(numbers, current) : wanted;
        if (target == 0) {
          throw refused(
              jail, wanted, "there is no generation below " + current, there(numbers, current));
        }
        if (!numbers.contains(target) || Stat.ofLink(generations.root(target)) == null) {
          throw refused(jail, target, "there is no generation " + target, there(numbers, current));
        }
        if (target != current) {
          open.makeCurrent(target);
        }
        return new Rollback(current, target);
      }
    } catch (LinuxException e) {
      Problem problem = e.problem("cannot roll back " + jail + " in " + directory);
      throw BrigException.refused(
          e.errno() == Errno.EROFS ? problem.remedy("Remount it writable.") : problem);
    } finally {
      progress.ended();
    }
  }

  /**
   * Whether the current generation is one that a person went back to, and the jailfile is still the
   * one that they went back from: then a start takes the generation as it is. Once the jailfile is
   * changed, it is to be built.
   *
   * @param jailfile its bytes now
   */
  public static boolean holds(Generations generations, int current, byte[] jailfile)
      throws LinuxException {
    List<Integer> numbers = generations.numbers();
    int newest = numbers.isEmpty() ? 0 : numbers.getLast();
    return newest > current && Arrays.equals(generations.jailfile(newest), jailfile);
  }

  private static int previous(List<Integer> numbers, int current) {
    int previous = 0;
    for (int number : numbers) {
      if (number < current || current == 0) {
        previous = number;
      }
    }
    return previous;
  }

  private static BrigException refused(String jail, int wanted, String answer, String remedy) {
    String to = wanted == 0 ? "" : " to generation " + wanted;
    return BrigException.usage(
        Problem.of("cannot roll back " + jail + to).answered(answer).remedy(remedy));
  }

  private static String there(List<Integer> numbers, int current) {
    if (numbers.isEmpty()) {
      return "There are none: build it first.";
    }
    StringBuilder text = new StringBuilder("There are: ");
    for (int i = 0; i < numbers.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(numbers.get(i));
      text.append(numbers.get(i) == current ? " (current)" : "");
    }
    return text.append('.').toString();
  }
}
