package brig.cli.command;

import brig.plan.Host;
import brig.tree.JailPaths;
import java.io.PrintStream;
import java.util.Map;

/**
 * What a command has to work with, so that tests can give it something else.
 *
 * @param paths where {@code environment} puts jailfiles and jails
 * @param brig what runs another command line
 */
public record Context(
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    JailPaths paths,
    Host host,
    boolean terminal,
    Runner brig) {

  /** All of {@code brig}, as one command needs another. */
  @FunctionalInterface
  public interface Runner {
    /** Tells its failure itself; returns the exit status. */
    int run(String[] arguments, Context context);
  }

  public static Context of(
      PrintStream out,
      PrintStream err,
      Map<String, String> environment,
      Host host,
      boolean terminal,
      Runner brig) {
    return new Context(out, err, environment, JailPaths.of(environment), host, terminal, brig);
  }

  /** Runs another command line of Brig in this context. */
  public int run(String... arguments) {
    return brig.run(arguments, this);
  }

  public Context withOut(PrintStream other) {
    return new Context(other, err, environment, paths, host, terminal, brig);
  }

  public Context withHost(Host other) {
    return new Context(out, err, environment, paths, other, terminal, brig);
  }

  public Context withEnvironment(Map<String, String> other) {
    return of(out, err, other, host, terminal, brig);
  }
}
