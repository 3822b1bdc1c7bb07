package brig.cli;

import brig.cli.audit.AuditCommand;
import brig.cli.audit.BreakoutCommand;
import brig.cli.command.Command;
import brig.cli.demo.DemoCommand;
import brig.cli.draft.InitCommand;
import brig.cli.explain.ExplainCommand;
import brig.cli.hole.HoleCheckCommand;
import brig.cli.hole.HoleLogCommand;
import brig.cli.hole.HoleServeCommand;
import brig.cli.hole.HoleSessionsCommand;
import brig.cli.hole.HoleStatusCommand;
import brig.cli.keep.BuildCommand;
import brig.cli.keep.DiffCommand;
import brig.cli.keep.HookCommand;
import brig.cli.keep.ListCommand;
import brig.cli.keep.RemoveCommand;
import brig.cli.keep.RollbackCommand;
import brig.cli.keep.SyncCommand;
import brig.cli.learn.LearnCommand;
import brig.cli.library.LibsCommand;
import brig.cli.library.NeedsCommand;
import brig.cli.plan.PlanCommand;
import brig.cli.plan.WhyCommand;
import brig.cli.service.LogsCommand;
import brig.cli.service.RunCommand;
import brig.cli.service.ShellCommand;
import brig.cli.service.StatusCommand;
import brig.cli.service.StopCommand;
import brig.cli.trace.TraceCommand;
import brig.cli.unit.UnitCommand;
import brig.cli.up.SyslogCommand;
import brig.cli.up.UpCommand;
import brig.cli.web.ReloadCommand;
import brig.cli.web.ServeCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * All commands, in the order in which the help lists them. Only the one that is asked for loads.
 */
final class Commands {
  private static final Map<String, Supplier<Command>> ALL = new LinkedHashMap<>();

  private Commands() {}

  static {
    ALL.put("plan", PlanCommand::new);
    ALL.put("why", WhyCommand::new);
    ALL.put("libs", LibsCommand::new);
    ALL.put("needs", NeedsCommand::new);
    ALL.put("trace", TraceCommand::new);
    ALL.put("learn", LearnCommand::new);
    ALL.put("init", InitCommand::new);
    ALL.put("build", BuildCommand::new);
    ALL.put("sync", SyncCommand::new);
    ALL.put("diff", DiffCommand::new);
    ALL.put("rollback", RollbackCommand::new);
    ALL.put("remove", RemoveCommand::new);
    ALL.put("list", ListCommand::new);
    ALL.put("hook", HookCommand::new);
    ALL.put("run", RunCommand::new);
    ALL.put("shell", ShellCommand::new);
    ALL.put("status", StatusCommand::new);
    ALL.put("stop", StopCommand::new);
    ALL.put("logs", LogsCommand::new);
    ALL.put("up", UpCommand::new);
    ALL.put("syslog", SyslogCommand::new);
    ALL.put("unit", UnitCommand::new);
    ALL.put("explain", ExplainCommand::new);
    ALL.put("audit", AuditCommand::new);
    ALL.put("breakout", BreakoutCommand::new);
    ALL.put("hole check", HoleCheckCommand::new);
    ALL.put("hole serve", HoleServeCommand::new);
    ALL.put("hole status", HoleStatusCommand::new);
    ALL.put("hole log", HoleLogCommand::new);
    ALL.put("serve", ServeCommand::new);
    ALL.put("reload", ReloadCommand::new);
    ALL.put("hole sessions", HoleSessionsCommand::new);
    ALL.put("demo", DemoCommand::new);
  }

  /** The command that the words from there name: two words where they name one of a family. */
  static String named(String[] words, int at) {
    String two = at + 1 < words.length ? words[at] + " " + words[at + 1] : "";
    return ALL.containsKey(two) ? two : words[at];
  }

  static Map<String, Supplier<Command>> all() {
    return ALL;
  }
}
