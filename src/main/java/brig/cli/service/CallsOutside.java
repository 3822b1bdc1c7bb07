package brig.cli.service;

import brig.cli.command.Context;
import brig.cli.command.Table;
import brig.cli.jail.Jailfiles;
import brig.launch.service.CallRecord;
import brig.launch.service.JailStatus;
import brig.launch.service.LaunchFacts;
import brig.launch.service.OutsideCalls;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.AuditFeed;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.JsonText;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code brig logs --calls} shows: the calls outside its profile that a service made. */
public final class CallsOutside {
  private static final long LOOK_AGAIN_MILLIS = 500;
  private static final String LOGGED = "/proc/sys/kernel/seccomp/actions_logged";

  private final JailSpec spec;
  private final long since;
  private final List<OutsideCalls.Seen> calls;

  private CallsOutside(JailSpec spec, long since, List<OutsideCalls.Seen> calls) {
    this.spec = spec;
    this.since = since;
    this.calls = calls;
  }

  /**
   * Those of a jail that has a profile, as far as they can be known: none where the kernel's log
   * may not be read.
   */
  public static List<OutsideCalls.Seen> known(String jail, Context context) throws IOException {
    try {
      JailSpec spec = Jailfiles.read(jail, context.paths());
      return spec.seccomp().profile() instanceof JailSpec.Profile.None
          ? List.of()
          : of(jail, context).calls;
    } catch (BrigException e) {
      return List.of();
    }
  }

  /** Since the last start that is noted; of a jail that was stopped, all that the log has. */
  static CallsOutside of(String jail, Context context) throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(jail, context.paths());
    OutsideCalls.Whose whose = whose(spec, context);
    return whose == null
        ? new CallsOutside(spec, 0, List.of())
        : new CallsOutside(spec, whose.sinceMillis(), OutsideCalls.of(whose));
  }

  /** Null for a jail that was never built. */
  private static OutsideCalls.@Nullable Whose whose(JailSpec spec, Context context)
      throws BrigException, IOException {
    RunState noted = RunState.read(context.paths().state(spec.name()));
    int current = JailStatus.currentGeneration(spec.name(), context.paths());
    if (noted == null && current == 0) {
      return null;
    }
    String generation = context.paths().generation(spec.name(), current);
    Set<Integer> uids = new HashSet<>();
    LaunchFacts facts = current == 0 ? null : LaunchFacts.read(generation);
    if (noted != null) {
      uids.add(noted.uid());
    } else if (facts != null) {
      uids.add(facts.service().uid());
    }
    if (spec.identity().startAsRoot()) {
      uids.add(0);
    }
    return new OutsideCalls.Whose(
        noted == null ? generation + "/root" : noted.root(),
        noted,
        spec.mode() == JailSpec.Mode.COPY,
        uids,
        noted == null ? 0 : noted.startedAt() * 1000);
  }

  /**
   * Tells each call, with its answer and program, when it is made for the first time; until the
   * service has ended.
   */
  static void follow(String jail, Context context) throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(jail, context.paths());
    try (AuditFeed feed = feed()) {
      OutsideCalls.Whose whose = whose(spec, context);
      if (whose == null || whose.noted() == null || Running.find(whose.noted()) == null) {
        throw BrigException.refused(
            Problem.of("cannot follow the calls of " + spec.name()).answered("it does not run"));
      }
      OutsideCalls judge = OutsideCalls.judging(whose);
      Set<String> told = new HashSet<>();
      while (Running.find(whose.noted()) != null) {
        for (String line : feed.next(LOOK_AGAIN_MILLIS)) {
          for (CallRecord record : CallRecord.in(line)) {
            String what = record.call() + " " + record.answer().word() + ", by " + record.program();
            if (!told.contains(what) && judge.isOurs(record)) {
              told.add(what);
              context.out().println(Printable.text(local(record.millis()) + " " + what));
              context.out().flush();
            }
          }
        }
      }
    }
  }

  private static AuditFeed feed() throws BrigException {
    try {
      return AuditFeed.open();
    } catch (LinuxException e) {
      throw BrigException.refused(
          e.problem("cannot listen to the kernel's audit (" + e.call() + ")")
              .remedy("It takes CAP_AUDIT_READ, and a kernel with audit."));
    }
  }

  void print(Context context) throws LinuxException {
    String name = spec.name();
    if (calls.isEmpty()) {
      context.out().println(name + ": no call outside its profile is told" + when());
      if (spec.seccomp().profile() instanceof JailSpec.Profile.None) {
        context
            .err()
            .println(
                "brig: hint: it has none: [seccomp] profile in " + spec.file() + " gives it one");
      }
    } else {
      Table table = new Table(List.of("CALL", "ANSWER", "TIMES", "LAST", "PROGRAMS"));
      for (OutsideCalls.Seen seen : calls) {
        table.row(
            seen.call(),
            seen.answer().word(),
            String.valueOf(seen.times()),
            local(seen.lastMillis()),
            String.join(" ", seen.programs()));
      }
      table.print(context.out());
    }
    String silenced = silenced();
    if (silenced != null) {
      context.err().println("brig: " + Printable.text(silenced));
    }
  }

  private String when() {
    return since == 0 ? "" : " since its start at " + local(since);
  }

  /** Why the kernel would tell nothing; null when it would. */
  private @Nullable String silenced() throws LinuxException {
    byte[] bytes = HostFiles.readOrNull(LOGGED);
    if (bytes == null) {
      return null;
    }
    List<String> logged =
        List.of(new String(bytes, StandardCharsets.US_ASCII).strip().split(" ", -1));
    String action = spec.seccomp().logOnly() ? "log" : "errno";
    return logged.contains(action)
        ? null
        : "the kernel tells nothing of it: " + LOGGED + " lacks \"" + action + "\"";
  }

  void writeJson(Context context) throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        json -> {
          json.writeStringField("name", spec.name());
          json.writeArrayFieldStart("calls");
          for (OutsideCalls.Seen seen : calls) {
            json.writeStartObject();
            json.writeStringField("call", seen.call());
            json.writeStringField("answer", seen.answer().word());
            json.writeNumberField("times", seen.times());
            json.writeStringField("last", Instant.ofEpochMilli(seen.lastMillis()).toString());
            json.writeArrayFieldStart("programs");
            for (String program : seen.programs()) {
              json.writeString(program);
            }
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static String local(long millis) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
        .format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
  }
}
