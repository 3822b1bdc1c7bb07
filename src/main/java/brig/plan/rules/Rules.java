package brig.plan.rules;

import brig.spec.JailSpec;
import java.util.List;

/** All rules, in the order in which they are asked. */
public final class Rules {
  private Rules() {}

  public static List<Rule> of(JailSpec spec) {
    return List.of(
        new NameService(spec),
        new TimeZones(spec),
        new Locales(spec),
        new Gconv(spec),
        new Certificates(spec),
        new Threads(),
        new Terminals(spec),
        new Apache(),
        new Nginx(),
        new Php(),
        new Perl(),
        new Python());
  }
}
