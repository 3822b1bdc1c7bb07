package brig.cli.jail;

import brig.cli.command.Context;
import brig.cli.host.RpmProgram;
import brig.launch.service.LaunchFacts;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.plan.FileStat;
import brig.plan.Host;
import brig.plan.HostDrift;
import brig.plan.Inputs;
import brig.plan.Plan;
import brig.plan.Planner;
import brig.plan.RecordingHost;
import brig.plan.WholeDirectories;
import brig.plan.WholeDirectories.Whole;
import brig.plan.packages.Origin;
import brig.plan.packages.Packages;
import brig.report.BrigException;
import brig.spec.JailSpec;
import brig.tree.Planning;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plans a jail on the real host. */
public final class JailPlanning implements Planning {
  /** What changes with every package that is installed or removed. */
  private static final List<String> DATABASES =
      List.of("/var/lib/dpkg/status", "/var/lib/rpm", "/usr/lib/sysimage/rpm");

  private final JailSpec spec;
  private final Host host;
  private final RpmProgram rpm;

  JailPlanning(JailSpec spec, Context context) {
    this.spec = spec;
    this.host = context.host();
    this.rpm = new RpmProgram(context.paths().run());
  }

  @Override
  public Planned plan() throws BrigException, IOException {
    long planner = planner();
    RecordingHost recording = new RecordingHost(host);
    Plan plan = Planner.plan(spec, recording);
    byte[] facts = LaunchFacts.of(spec, plan).bytes();
    Map<String, Whole> whole =
        spec.mode() == JailSpec.Mode.BIND
            ? WholeDirectories.of(plan.entries(), host, recording)
            : Map.of();
    return new Planned(plan, recording.inputs(planner), Map.of(LaunchFacts.FILE, facts), whole);
  }

  @Override
  public List<String> besides() {
    return List.of(LaunchFacts.FILE);
  }

  @Override
  public HostDrift drift(byte[] encoded) throws IOException {
    Inputs inputs = inputs(encoded);
    return inputs == null ? HostDrift.unknown() : inputs.drift(host);
  }

  /** What a plan of this Brig was made from; null when it was another Brig's. */
  public static @Nullable Inputs inputs(byte[] encoded) throws LinuxException {
    return Inputs.decode(encoded, planner());
  }

  @Override
  public Map<String, Origin> origins(List<String> paths) throws IOException {
    return Packages.of(host, rpm).origins(paths);
  }

  @Override
  public long originsPrint() throws IOException {
    long print = 0;
    for (String path : DATABASES) {
      FileStat stat = host.lstat(path);
      print = print * 31 + (stat == null ? 0 : stat.changedNanos() * 31 + stat.inode());
    }
    return print;
  }

  /**
   * Which Brig this is: one that was built or installed anew may plan by other rules. The program's
   * own file tells, for a version does not change with every build.
   */
  private static long planner() throws LinuxException {
    String path = System.getProperty("java.class.path", "");
    int end = path.indexOf(':');
    Stat stat = Stat.of(end < 0 ? path : path.substring(0, end));
    return stat == null ? 0 : stat.modifiedNanos() * 31 + stat.size();
  }
}
