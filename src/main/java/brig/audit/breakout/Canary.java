package brig.audit.breakout;

import brig.linux.Architecture;
import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.ProcessStatus;
import brig.linux.Volume;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is there to be found by whoever gets out, and the only place where the prison break writes:
 * a directory outside of the jail with a secret in it, and one that the jail sees and its service
 * may write to. Both are removed at the end; what a killed run left is removed by the next one.
 */
final class Canary implements AutoCloseable {
  static final String SECRET = "secret";
  static final String PROGRAM = "program";
  private static final String INSIDE = "inside";
  private static final String LOCK = "lock";
  private static final int SECRET_BYTES = 16;
  private static final int UNIQUE = 24; // digits

  private final String secret;
  private final String label;
  private final Fd outsideParent;
  private final Fd insideParent;
  private final Fd outside;
  private final Fd inside;
  private final Fd lock;

  private Canary(
      String secret,
      String label,
      Fd outsideParent,
      Fd insideParent,
      Fd outside,
      Fd inside,
      Fd lock) {
    this.secret = secret;
    this.label = label;
    this.outsideParent = outsideParent;
    this.insideParent = insideParent;
    this.outside = outside;
    this.inside = inside;
    this.lock = lock;
  }

  /**
   * Makes both directories.
   *
   * @param outsideParent where the outer one goes, a real path
   * @param insideParent where the inner one goes; null: into the outer one
   * @param label begins their names; nobody else uses it
   * @param uid owns the inner one
   */
  static Canary make(
      String outsideParent, @Nullable String insideParent, String label, int uid, int gid)
      throws LinuxException {
    Fd above = directory(outsideParent);
    Fd within = insideParent == null ? null : directory(insideParent);
    sweep(above, within, label);
    String name = label + ProcessStatus.self();
    Fd outside = newDirectory(above, name, 0755);
    Fd lock = Names.create(outside, LOCK, 0600);
    Volume.lock(lock, false);
    String secret = newSecret();
    Fd inside;
    try {
      if (within == null) {
        inside = newDirectory(outside, INSIDE, 0755);
      } else {
        // What else runs in that jail as the same user shall not find it: for a moment, some of
        // the ways that are tried stand open for whoever is there.
        try (Fd closed = newDirectory(within, name, 0711)) {
          inside = newDirectory(closed, secret.substring(secret.length() - UNIQUE), 0755);
        }
      }
    } catch (LinuxException e) {
      Names.removeTree(above, name);
      throw e;
    }
    Canary canary =
        new Canary(secret, label, above, within == null ? outside : within, outside, inside, lock);
    canary.fill(uid, gid);
    return canary;
  }

  private static String newSecret() {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    return "brig canary " + HexFormat.of().formatHex(random);
  }

  private void fill(int uid, int gid) throws LinuxException {
    file(outside, SECRET, secret(), 0644);
    file(outside, PROGRAM, PuppetProgram.of(Architecture.current()), 0755);
    file(inside, PROGRAM, new byte[0], 0755); // where it can be mounted
    Attributes.chown(inside, uid, gid);
  }

  private static Fd directory(String path) throws LinuxException {
    return Fd.open(path, Fd.O_RDONLY | Fd.O_DIRECTORY);
  }

  private static Fd newDirectory(Fd parent, String name, int mode) throws LinuxException {
    Names.mkdir(parent, name, 0700);
    Fd made = Names.openDirectory(parent, name);
    Attributes.chmod(made, mode);
    return made;
  }

  private static void file(Fd directory, String name, byte[] content, int mode)
      throws LinuxException {
    try (Fd file = Names.create(directory, name, 0600)) {
      file.write(content);
      Attributes.chmod(file, mode);
    }
  }

  /** Adds a file to the outer directory. */
  void add(String name, byte[] content) throws LinuxException {
    file(outside, name, content, 0644);
  }

  /** Removes what runs that were killed have left: whoever lives holds its lock. */
  private static void sweep(Fd above, @Nullable Fd within, String label) throws LinuxException {
    for (String name : above.list()) {
      if (isOurs(name, label) && isAbandoned(above, name, label)) {
        if (within != null) {
          Names.removeTree(within, name);
        }
        Names.removeTree(above, name);
      }
    }
  }

  private static boolean isOurs(String name, String label) {
    return name.startsWith(label)
        && name.length() > label.length()
        && name.length() < label.length() + 10
        && name.substring(label.length()).chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isAbandoned(Fd above, String name, String label) throws LinuxException {
    if (ProcessStatus.of(Integer.parseInt(name.substring(label.length()))) == null) {
      return true;
    }
    // A living process of that number: the one that made it, or, by chance, another.
    try (Fd file = above.openAt(name + "/" + LOCK, Fd.O_RDONLY, 0, Fd.RESOLVE_NO_SYMLINKS)) {
      return Volume.lock(file, false);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return false; // it is just being made
      }
      throw e;
    }
  }

  byte[] secret() {
    return secret.getBytes(StandardCharsets.US_ASCII);
  }

  /** The outer directory. */
  Fd outside() {
    return outside;
  }

  /** The inner directory, as the host sees it. */
  Fd inside() {
    return inside;
  }

  /** The path of the secret on the host. */
  String secretPath() {
    return outside.path() + "/" + SECRET;
  }

  String programPath() {
    return outside.path() + "/" + PROGRAM;
  }

  /** A number that no other run has at the same time. */
  String unique() {
    return secret.substring(secret.length() - UNIQUE);
  }

  @Override
  public void close() throws LinuxException {
    String name = label + ProcessStatus.self();
    inside.close();
    outside.close();
    try {
      if (insideParent != outside) {
        Names.removeTree(insideParent, name);
      }
      Names.removeTree(outsideParent, name);
    } finally {
      lock.close();
      outsideParent.close();
      if (insideParent != outside) {
        insideParent.close();
      }
    }
  }
}
