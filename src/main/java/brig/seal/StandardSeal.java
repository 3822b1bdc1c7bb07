package brig.seal;

import brig.plan.Plan;
import brig.tree.Change;
import brig.tree.Seal;
import java.util.ArrayList;
import java.util.List;

/**
 * The level "standard". Owners stay as on the host, and of the modes goes what a jail has no use
 * for: set-id bits everywhere; writing by group and world; writing by the service's own user.
 * Writable places, devices and FIFOs are left alone: to be written to is what they are for.
 */
public final class StandardSeal implements Seal {
  private static final int SET_ID = 06000;
  private static final int OTHERS_WRITE = 022;
  private static final int OWNER_WRITES = 0200;

  private final boolean keepsCapabilities;

  /**
   * @param keepsCapabilities copies keep their file capabilities
   */
  public StandardSeal(boolean keepsCapabilities) {
    this.keepsCapabilities = keepsCapabilities;
  }

  @Override
  public Outcome seal(Plan plan, List<Change> changes) {
    int service = plan.service().uid();
    List<Change> sealed = new ArrayList<>(changes.size());
    LostWrites lost = new LostWrites(plan);
    for (Change change : changes) {
      sealed.add(seal(change, service));
      if (change instanceof Change.CopyFile file) {
        lost.add(file);
      }
    }
    return new Outcome(sealed, new Manner(false, keepsCapabilities, true), lost.warnings());
  }

  private static Change seal(Change change, int service) {
    // Not a switch over the types: that would be linked at run time, at every build.
    if (change instanceof Change.MakeDirectory d) {
      int mode = mode(d.mode(), d.uid(), service);
      return new Change.MakeDirectory(d.path(), mode, d.uid(), d.gid());
    } else if (change instanceof Change.CopyFile f) {
      return sealFile(f, service);
    } else if (change instanceof Change.AddName n) {
      return new Change.AddName(n.path(), sealFile(n.file(), service));
    } else if (change instanceof Change.WriteFile w) {
      int mode = mode(w.mode(), w.uid(), service);
      return new Change.WriteFile(w.path(), w.content(), mode, w.uid(), w.gid());
    } else if (change instanceof Change.MakeFifo f) {
      return new Change.MakeFifo(f.path(), f.stat(), f.mode() & ~SET_ID, f.uid(), f.gid());
    }
    return change; // links, devices, mount points and what is mounted have no mode to be sealed
  }

  private static Change.CopyFile sealFile(Change.CopyFile f, int service) {
    int mode = mode(f.mode(), f.uid(), service);
    return new Change.CopyFile(f.path(), f.source(), f.stat(), mode, f.uid(), f.gid());
  }

  private static int mode(int mode, int owner, int service) {
    int kept = mode & ~SET_ID & ~OTHERS_WRITE;
    return owner == service && service != 0 ? kept & ~OWNER_WRITES : kept;
  }
}
