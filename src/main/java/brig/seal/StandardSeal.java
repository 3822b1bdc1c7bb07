package brig.seal;

import brig.plan.Plan;
import brig.report.Printable;
import brig.report.Problem;
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
  private static final int NAMED = 5;

  @Override
  public Outcome seal(Plan plan, List<Change> changes) {
    int service = plan.service().uid();
    List<Change> sealed = new ArrayList<>(changes.size());
    List<String> locked = new ArrayList<>();
    for (Change change : changes) {
      Change result = seal(change, service);
      sealed.add(result);
      if (result instanceof Change.CopyFile file && isLocked(plan, file)) {
        locked.add(file.path());
      }
    }
    return new Outcome(sealed, locked.isEmpty() ? List.of() : List.of(warning(locked)));
  }

  private static Change seal(Change change, int service) {
    return switch (change) {
      case Change.MakeDirectory d ->
          new Change.MakeDirectory(d.path(), mode(d.mode(), d.uid(), service), d.uid(), d.gid());
      case Change.CopyFile f -> sealFile(f, service);
      case Change.AddName n -> new Change.AddName(n.path(), sealFile(n.file(), service));
      case Change.WriteFile w ->
          new Change.WriteFile(
              w.path(), w.content(), mode(w.mode(), w.uid(), service), w.uid(), w.gid());
      case Change.MakeLink l -> l;
      case Change.MakeDevice d -> d;
      case Change.MakeFifo f ->
          new Change.MakeFifo(f.path(), f.stat(), f.mode() & ~SET_ID, f.uid(), f.gid());
      case Change.MakeMountPoint p -> p;
    };
  }

  private static Change.CopyFile sealFile(Change.CopyFile f, int service) {
    int mode = mode(f.mode(), f.uid(), service);
    return new Change.CopyFile(f.path(), f.source(), f.stat(), mode, f.uid(), f.gid());
  }

  private static int mode(int mode, int owner, int service) {
    int kept = mode & ~SET_ID & ~OTHERS_WRITE;
    return owner == service && service != 0 ? kept & ~OWNER_WRITES : kept;
  }

  /** Whether the service may write to the file on the host, and so may expect to. */
  private static boolean isLocked(Plan plan, Change.CopyFile file) {
    Plan.ServiceIds service = plan.service();
    int mode = file.stat().mode();
    if (service.uid() == 0) {
      return false;
    }
    if (file.uid() == service.uid()) {
      return (mode & OWNER_WRITES) != 0;
    }
    boolean inGroup = file.gid() == service.gid() || service.groups().contains(file.gid());
    return (mode & (inGroup ? 020 : 02)) != 0;
  }

  private static Problem warning(List<String> locked) {
    StringBuilder text = new StringBuilder();
    text.append(locked.size()).append(locked.size() == 1 ? " file that" : " files that");
    text.append(" the service may write to on the host cannot be written to in the jail: ");
    for (int i = 0; i < Math.min(NAMED, locked.size()); i++) {
      text.append(i == 0 ? "" : ", ").append(Printable.text(locked.get(i)));
    }
    if (locked.size() > NAMED) {
      text.append(", ...");
    }
    return Problem.of(text.toString())
        .remedy("If it has to write there, name the directory under files.writable.");
  }
}
