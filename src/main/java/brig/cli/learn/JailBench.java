package brig.cli.learn;

import brig.cli.command.Context;
import brig.cli.command.TerminalProgress;
import brig.cli.jail.JailBuild;
import brig.cli.jail.JailSources;
import brig.cli.jail.ReadyJail;
import brig.cli.service.JailView;
import brig.launch.service.Diagnosis;
import brig.launch.service.HandedIn;
import brig.launch.service.OutputLog;
import brig.learn.Workbench;
import brig.linux.HostFiles;
import brig.plan.Plan;
import brig.plan.Planner;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailfileReader;
import brig.spec.LockFile;
import brig.spec.LockFileWriter;
import brig.spec.LockedJailfile;
import brig.tree.BuildResult;
import brig.tree.Builder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The jail that is learned about, built by the same engine and started as by {@code brig run}. */
final class JailBench implements Workbench {
  private static final int MOST_LINES = 200;

  private final Context context;
  private final String name;
  private final String jailfile;
  private final OutputLog log;

  /** A daemon of the host's goes into it: nothing is built. */
  private final boolean entered;

  private final Set<String> toldWarnings = new TreeSet<>();
  private long wordsFrom;
  private @Nullable ReadyJail started;

  JailBench(JailSpec spec, Context context) {
    this.context = context;
    this.name = spec.name();
    this.jailfile = spec.file();
    this.entered = !spec.mode().isBuilt();
    this.log = new OutputLog(context.paths().outputLog(name));
  }

  @Override
  public JailSpec spec(LockFile lock) throws BrigException, IOException {
    byte[] bytes = lock.isEmpty() ? null : LockFileWriter.bytes(lock);
    return JailfileReader.read(
        name, jailfile, LockedJailfile.join(HostFiles.read(jailfile), bytes));
  }

  @Override
  public Plan plan(JailSpec spec) throws BrigException {
    return Planner.plan(spec, context.host());
  }

  @Override
  public void build(LockFile lock) throws BrigException, IOException {
    write(lock);
    if (!entered) {
      tree(lock);
    } else {
      HostFiles.createDirectories(context.paths().jail(name), 0755); // for what it prints
    }
  }

  private void tree(LockFile lock) throws BrigException, IOException {
    BuildResult result =
        Builder.build(
            JailBuild.order(spec(lock), context, false, false),
            new TerminalProgress(name, context));
    for (Problem warning : result.warnings()) {
      if (toldWarnings.add(warning.text())) {
        context.err().println("brig: warning: " + warning.text());
      }
    }
  }

  /** What a person has put there by hand, in whatever order, stays while it says the same. */
  void write(LockFile lock) throws BrigException, IOException {
    String file = LockFile.beside(jailfile);
    if (lock.isEmpty()) {
      HostFiles.delete(file);
      return;
    }
    byte[] bytes = LockFileWriter.bytes(lock);
    byte[] before = HostFiles.readOrNull(file);
    boolean same =
        before != null
            && Arrays.equals(
                bytes,
                LockFileWriter.bytes(
                    JailfileReader.read(
                            name, jailfile, LockedJailfile.join(HostFiles.read(jailfile), before))
                        .learned()));
    if (!same) {
      HostFiles.replace(file, bytes, 0644);
    }
  }

  @Override
  public Start start() throws BrigException, IOException {
    ReadyJail jail =
        ReadyJail.of(JailfileReader.read(name, jailfile, JailSources.read(jailfile)), context);
    started = jail;
    log.rotate();
    wordsFrom = log.size();
    HandedIn sockets = HandedIn.open(jail.spec().network().sockets());
    return new Start(
        jail.orders(context.paths()).learning(List.of(), sockets.numbers(), log.path()),
        sockets.sockets());
  }

  @Override
  public List<String> words() throws IOException {
    return log.linesSince(wordsFrom, MOST_LINES);
  }

  @Override
  public List<Problem> explain(List<String> words) throws IOException {
    List<Problem> problems = new ArrayList<>();
    ReadyJail jail = started;
    if (jail != null && !entered) {
      try (JailView inside = JailView.of(jail, context.host())) {
        problems.addAll(new Diagnosis(context.host(), inside, jailfile).words(words));
      }
    }
    problems.addAll(MissingSymbols.in(words, context.host()));
    return problems;
  }
}
