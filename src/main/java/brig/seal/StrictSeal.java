package brig.seal;

import brig.elf.ByteSource;
import brig.plan.Exclusions;
import brig.plan.Plan;
import brig.tree.Change;
import brig.tree.Seal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The level "strict": root owns all, nothing can be written to, programs can be executed and not
 * read, configuration is for its reader alone, and the tree is made immutable. What the service
 * could not read on the host it cannot read here; what it could it still can, but for configuration
 * that a service reads as root before it becomes its user. docs/hardening.md has the table.
 */
public final class StrictSeal implements Seal {
  private static final int SET_ID = 06000;
  private static final int READ_AND_EXECUTE = 0555;
  private static final int READ = 0444;
  private static final int EXECUTE = 0111;
  private static final Owned ROOT_ALONE = new Owned(0400, 0);

  private final Configuration configuration;
  private final boolean startsAsRoot;
  private final boolean keepsCapabilities;

  /** A mode and a group; the owner is root. */
  private record Owned(int mode, int gid) {
    Owned and(int mask) {
      return new Owned(mode & mask, gid);
    }
  }

  /**
   * @param startsAsRoot configuration is read by root, before the service becomes its user
   * @param readable what of it is read afterwards
   * @param keepsCapabilities copies keep their file capabilities
   */
  public StrictSeal(boolean startsAsRoot, Exclusions readable, boolean keepsCapabilities) {
    this.startsAsRoot = startsAsRoot;
    this.configuration = new Configuration(readable);
    this.keepsCapabilities = keepsCapabilities;
  }

  @Override
  public Outcome seal(Plan plan, List<Change> changes) {
    LostWrites lost = new LostWrites(plan);
    List<Change> sealed = new ArrayList<>(changes.size());
    for (Change change : changes) {
      sealed.add(seal(change, plan.service()));
      if (change instanceof Change.CopyFile file) {
        lost.add(file);
      }
    }
    return new Outcome(sealed, new Manner(true, keepsCapabilities, false), lost.warnings());
  }

  private Change seal(Change change, Plan.ServiceIds service) {
    return switch (change) {
      case Change.MakeDirectory d -> {
        Owned owned = owned(d.mode(), d.uid(), d.gid(), service).and(READ_AND_EXECUTE);
        yield new Change.MakeDirectory(d.path(), owned.mode(), 0, owned.gid());
      }
      case Change.CopyFile f -> sealFile(f, service);
      case Change.AddName n -> new Change.AddName(n.path(), sealFile(n.file(), service));
      case Change.WriteFile w -> sealGenerated(w, service);
      case Change.MountFile m -> m;
      case Change.MakeLink l -> l;
      case Change.MakeDevice d -> d;
      case Change.MakeFifo f ->
          new Change.MakeFifo(f.path(), f.stat(), f.mode() & ~SET_ID, f.uid(), f.gid());
      case Change.MakeMountPoint p -> p;
    };
  }

  private Change.CopyFile sealFile(Change.CopyFile f, Plan.ServiceIds service) {
    FileUse use = FileUse.DATA;
    if ((f.mode() & EXECUTE) != 0) {
      try (ByteSource source = new HostBytes(f.source())) {
        use = FileUse.of(source);
      } catch (IOException e) {
        use = FileUse.DATA; // it has just been replaced: the copy finds out
      }
    }
    Owned owned = owned(f.path(), use, owned(f.mode(), f.uid(), f.gid(), service), f, service);
    return new Change.CopyFile(f.path(), f.source(), f.stat(), owned.mode(), 0, owned.gid());
  }

  private Owned owned(
      String path, FileUse use, Owned owned, Change.CopyFile file, Plan.ServiceIds service) {
    return switch (use) {
      case PROGRAM -> owned.and(EXECUTE);
      case SCRIPT, LIBRARY -> owned.and(READ_AND_EXECUTE);
      case DATA ->
          configuration.holds(path)
              ? configured(path, mayRead(file.mode(), file.uid(), file.gid(), service), service)
              : owned.and(READ);
    };
  }

  private Change.WriteFile sealGenerated(Change.WriteFile w, Plan.ServiceIds service) {
    Owned owned = owned(w.mode(), w.uid(), w.gid(), service);
    boolean script = (w.mode() & EXECUTE) != 0 && isScript(w.content());
    owned = owned.and(script ? READ_AND_EXECUTE : READ);
    if (!script && configuration.holds(w.path())) {
      owned = configured(w.path(), mayRead(w.mode(), w.uid(), w.gid(), service), service);
    }
    return new Change.WriteFile(w.path(), w.content(), owned.mode(), 0, owned.gid());
  }

  private static boolean isScript(byte[] content) {
    return content.length > 2 && content[0] == '#' && content[1] == '!';
  }

  /** Root's, and the service's group's when it reads the file as its user, as it could before. */
  private Owned configured(String path, boolean mayRead, Plan.ServiceIds service) {
    boolean asUser = !startsAsRoot || configuration.isReadable(path);
    return mayRead && asUser ? new Owned(0440, service.gid()) : ROOT_ALONE;
  }

  /**
   * Rights as they were on the host, with root in the owner's place. What the service's user had as
   * the owner its group has now; root, who may be without capabilities, has all that anybody has.
   */
  private static Owned owned(int mode, int uid, int gid, Plan.ServiceIds service) {
    int owner = mode >> 6 & 7;
    int group = mode >> 3 & 7;
    int others = mode & 7;
    boolean ours = uid == service.uid() && uid != 0;
    int newGroup = ours ? owner : group;
    int all = owner | group | others;
    return new Owned(all << 6 | newGroup << 3 | others, ours ? service.gid() : gid);
  }

  private static boolean mayRead(int mode, int uid, int gid, Plan.ServiceIds service) {
    if (uid == service.uid()) {
      return (mode & 0400) != 0;
    }
    boolean inGroup = gid == service.gid() || service.groups().contains(gid);
    return (mode & (inGroup ? 040 : 04)) != 0;
  }
}
