package brig.cli.jail;

import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.spec.LockFile;
import brig.spec.LockedJailfile;
import org.jspecify.annotations.Nullable;

/** The bytes that a jail is built from: its jailfile, with its lock file if it has one. */
public final class JailSources {
  private JailSources() {}

  public static byte[] read(String jailfile) throws LinuxException {
    return LockedJailfile.join(
        HostFiles.read(jailfile), HostFiles.readOrNull(LockFile.beside(jailfile)));
  }

  /** Null when there is no jailfile. */
  public static byte @Nullable [] readOrNull(String jailfile) throws LinuxException {
    byte[] content = HostFiles.readOrNull(jailfile);
    return content == null
        ? null
        : LockedJailfile.join(content, HostFiles.readOrNull(LockFile.beside(jailfile)));
  }
}
