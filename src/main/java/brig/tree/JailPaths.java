package brig.tree;

/**
 * Where a jail lives. {@code BRIG_HOME=DIR} moves all to {@code DIR/etc}, {@code DIR/lib} and
 * {@code DIR/run}.
 *
 * <pre>
 * ETC/NAME.toml                     jailfile
 * LIB/jails/NAME/generations/7/     one build: root/, manifest.json, inputs
 * LIB/jails/NAME/current            link to generations/7, swapped by rename
 * LIB/jails/NAME/writable/PATH      writable places, shared by all generations
 * LIB/jails/NAME/units/7/           what a unit of systemd mounts a jail in mode "bind" on
 * LIB/jails/NAME/output.log         what a detached service prints
 * LIB/images/NAME.ext4              the jail's own file system, mounted on LIB/jails/NAME
 * RUN/NAME.state, RUN/NAME.lock     the running service
 * RUN/NAME.up                       held by the brig up that looks after it
 * RUN/outlets/NAME/                 what is on /run/brig in the jail: log, notify
 * RUN/NAME.root                     the empty root of a late jail with the host's paths
 * </pre>
 *
 * @param etc {@code /etc/brig}
 * @param lib {@code /var/lib/brig}
 * @param run {@code /run/brig}
 */
public record JailPaths(String etc, String lib, String run) {
  public static JailPaths of(java.util.Map<String, String> environment) {
    String home = environment.get("BRIG_HOME");
    if (home == null || home.isEmpty()) {
      return new JailPaths("/etc/brig", "/var/lib/brig", "/run/brig");
    }
    String base = java.nio.file.Path.of(home).toAbsolutePath().normalize().toString();
    return new JailPaths(base + "/etc", base + "/lib", base + "/run");
  }

  public String jailfile(String jail) {
    return etc + "/" + jail + ".toml";
  }

  public String jail(String jail) {
    return lib + "/jails/" + jail;
  }

  public String images() {
    return lib + "/images";
  }

  /** The file that holds a jail's own file system, if it has one: {@link JailVolume}. */
  public String image(String jail) {
    return images() + "/" + jail + ".ext4";
  }

  public String current(String jail) {
    return jail(jail) + "/current";
  }

  public String generation(String jail, int number) {
    return jail(jail) + "/generations/" + number;
  }

  public String writable(String jail) {
    return jail(jail) + "/writable";
  }

  /** What units of systemd take for the roots of a jail that is mounted: {@link UnitRoot}. */
  public String unitRoots(String jail) {
    return jail(jail) + "/units";
  }

  public String outputLog(String jail) {
    return jail(jail) + "/output.log";
  }

  public String state(String jail) {
    return run + "/" + jail + ".state";
  }

  /** The root of a late jail that shows the host's paths: nothing but places to mount on. */
  public String emptyRoot(String jail) {
    return run + "/" + jail + ".root";
  }

  public String lock(String jail) {
    return run + "/" + jail + ".lock";
  }

  /** Held by the {@code brig up} that looks after it, as long as that lives. */
  public String keeperLock(String jail) {
    return run + "/" + jail + ".up";
  }

  /** The directory of all outlets: for root alone, so that nobody else can send to one. */
  public String outlets() {
    return run + "/outlets";
  }

  /** What a jail sees as {@code /run/brig}: sockets of the outside that it may send to. */
  public String outlets(String jail) {
    return outlets() + "/" + jail;
  }

  /** The path of a jail's control group in each tree of them. */
  public String controlGroup(String jail) {
    String top = run.equals("/run/brig") ? "brig" : "brig-" + Integer.toHexString(run.hashCode());
    return top + "/" + jail;
  }
}
