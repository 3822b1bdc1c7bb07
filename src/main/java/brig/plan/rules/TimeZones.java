package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import brig.plan.Reason;
import brig.plan.TreeFilter;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** tzset(3): /etc/localtime, the zone that TZ names, or the whole database. */
final class TimeZones implements Rule {
  private static final String DATABASE = "/usr/share/zoneinfo";
  private static final TreeFilter DATA = (path, directory) -> TreeFilter.Choice.DATA;

  private final JailSpec spec;
  private final String zone;
  private final CLibrary library = new CLibrary();
  private boolean done;
  private boolean allDone;
  private boolean php;

  TimeZones(JailSpec spec) {
    this.spec = spec;
    this.zone = spec.features().timezone().value();
  }

  @Override
  public void saw(PlannedFile file, Draft draft) {
    library.saw(file);
    php |= Php.sapiOf(file) != null;
  }

  @Override
  public void settle(Draft draft) throws IOException {
    Reason why = draft.troubles().because(spec.features().timezone()).then("time zone " + zone);
    if (!done && library.any()) {
      done = true;
      addOwn(draft, why);
    }
    boolean all = zone.equals("all") || (php && !zone.equals("none"));
    if (all && !allDone && draft.exists(DATABASE)) {
      allDone = true;
      // PHP of the distributions reads the system's database and crashes when it is not there.
      draft.addTree(DATABASE, php ? why.then("PHP reads the zone database") : why, DATA);
    }
    if (php && zone.equals("none")) {
      draft
          .troubles()
          .warn(
              Problem.of("PHP may crash without the zone database")
                  .remedy("Take out timezone = \"none\"."),
              why);
    }
  }

  private void addOwn(Draft draft, Reason why) throws IOException {
    switch (zone) {
      case "none" -> {}
      case "host", "all" -> {
        draft.addData("/etc/localtime", why);
        draft.addData("/etc/timezone", why);
      }
      default -> addNamed(draft, why);
    }
    String variable = spec.environment().get("TZ");
    if (variable != null) {
      String name = variable.startsWith(":") ? variable.substring(1) : variable;
      String path = name.startsWith("/") ? name : DATABASE + "/" + name;
      boolean isZone = name.indexOf('/') > 0 || name.startsWith("/");
      if (draft.addData(path, why.then("TZ=" + variable)) == null && isZone) {
        draft.troubles().warn(missing(path), why);
      }
    }
  }

  private void addNamed(Draft draft, Reason why) throws IOException {
    String path = DATABASE + "/" + zone;
    if (draft.addData(path, why) == null) {
      draft.troubles().fail(missing(path), why);
      return;
    }
    draft.link("/etc/localtime", path, why);
    draft.generate("/etc/timezone", (zone + "\n").getBytes(StandardCharsets.UTF_8), 0644, why);
  }

  private static Problem missing(String path) {
    return Problem.of("cannot find the time zone " + path)
        .answered("the host has no such file")
        .remedy("Install tzdata, or name one of `timedatectl list-timezones`.");
  }
}
