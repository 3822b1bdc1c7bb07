package brig.cli;

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
    ALL.put("audit", AuditCommand::new);
    ALL.put("breakout", BreakoutCommand::new);
    ALL.put("demo", DemoCommand::new);
  }

  static Map<String, Supplier<Command>> all() {
    return ALL;
  }
}
