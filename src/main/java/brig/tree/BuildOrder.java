package brig.tree;

import brig.report.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be built.
 *
 * @param jailfile the jailfile's bytes: kept with the generation; another jailfile is another build
 * @param modifiedNanos the jailfile's own time, which all gets that has none: directories, links,
 *     generated files. The same jailfile and host so give the same tree.
 * @param devicesFromHost device nodes are mounted at start, so none is made
 * @param devicesAt the line that decides it, for messages
 * @param again builds although nothing changed
 * @param sync waits until all is on the disk before the swap
 * @param volume the jail's own file system; null: it lies in a directory of the host's
 * @param mounted nothing is copied: files of the host are mounted at start
 */
public record BuildOrder(
    String jail,
    JailPaths paths,
    byte[] jailfile,
    long modifiedNanos,
    boolean devicesFromHost,
    @Nullable Position devicesAt,
    boolean again,
    boolean sync,
    Planning planning,
    Seal seal,
    @Nullable OwnVolume volume,
    boolean mounted) {

  public BuildOrder(
      String jail,
      JailPaths paths,
      byte[] jailfile,
      long modifiedNanos,
      boolean devicesFromHost,
      @Nullable Position devicesAt,
      boolean again,
      boolean sync,
      Planning planning,
      Seal seal) {
    this(
        jail,
        paths,
        jailfile,
        modifiedNanos,
        devicesFromHost,
        devicesAt,
        again,
        sync,
        planning,
        seal,
        null,
        false);
  }

  /** The names of the files that {@link Planning.Planned#beside} has. */
  List<String> besides() {
    return planning.besides();
  }
}
