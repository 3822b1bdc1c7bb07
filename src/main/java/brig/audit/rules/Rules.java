package brig.audit.rules;

import brig.audit.About;
import brig.audit.Inspection;
import brig.audit.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * All rules, in the order in which they look at a file: those that know what it is come before
 * those that only know that it is not as planned.
 */
public final class Rules {
  private record Entry(About about, Function<Inspection, Rule> make) {}

  private static final List<Entry> ALL =
      List.of(
          new Entry(SetId.ABOUT, SetId::new),
          new Entry(FileCapabilities.ABOUT, _ -> new FileCapabilities()),
          new Entry(DeviceNode.ABOUT, _ -> new DeviceNode()),
          new Entry(FalseDevice.ABOUT, jail -> new FalseDevice(jail.subject().life().mounted())),
          new Entry(HardLinks.ABOUT, _ -> new HardLinks()),
          new Entry(LinkOut.ABOUT, LinkOut::new),
          new Entry(Writable.WORLD, _ -> new Writable.ByAll()),
          new Entry(Writable.SERVICE, Writable.ByService::new),
          new Entry(Shell.ABOUT, Shell::new),
          new Entry(Programs.COMPILER, _ -> Programs.compilers()),
          new Entry(Programs.INTERPRETER, _ -> Programs.interpreters()),
          new Entry(Secret.ABOUT, Secret::new),
          new Entry(AccountFiles.EXTRA, _ -> new AccountFiles.Extra()),
          new Entry(AccountFiles.ROOT_SHELL, _ -> new AccountFiles.RootShell()),
          new Entry(AccountFiles.OPEN, _ -> new AccountFiles.Open()),
          new Entry(Sockets.ABOUT, Sockets::new),
          new Entry(MountsInside.ABOUT, _ -> new MountsInside()),
          new Entry(Parents.ABOUT, _ -> new Parents()),
          new Entry(Processes.ROOT, Processes::root),
          new Entry(Processes.CAPABLE, Processes::capable),
          new Entry(SharedUid.ABOUT, _ -> new SharedUid()),
          new Entry(Descriptors.ABOUT, _ -> new Descriptors()),
          new Entry(Processes.CWD, Processes::cwd),
          new Entry(Strays.ABOUT, _ -> new Strays()),
          new Entry(Processes.OLD, Processes::old),
          new Entry(Processes.PRIVILEGES, Processes::privileges),
          new Entry(Processes.FILTER, Processes::filter),
          new Entry(CallsMade.ABOUT, _ -> new CallsMade()),
          new Entry(Drift.ABOUT, Drift::new),
          new Entry(Plans.OWNERSHIP, _ -> new Plans.Ownership()),
          new Entry(Plans.STRANGER, Plans.Stranger::new),
          new Entry(Plans.MISSING, _ -> new Plans.Missing()),
          new Entry(Plans.STALE, _ -> new Plans.Stale()),
          new Entry(Unneeded.ABOUT, Unneeded::new));

  private Rules() {}

  /** What there is to be told of every rule. */
  public static List<About> all() {
    List<About> all = new ArrayList<>();
    for (Entry entry : ALL) {
      all.add(entry.about);
    }
    return all;
  }

  /** Fresh rules for one audit. */
  public static List<Rule> make(Inspection jail, List<About> selected) {
    List<Rule> rules = new ArrayList<>();
    for (Entry entry : ALL) {
      if (selected.contains(entry.about)) {
        rules.add(entry.make.apply(jail));
      }
    }
    return rules;
  }
}
