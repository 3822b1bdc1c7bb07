package brig.learn;

import brig.learn.Outside.Found;
import brig.linux.Errno;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.spec.LockFile.LearnedPath;
import brig.spec.PathRules;
import brig.trace.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Decides for every path that a daemon asked for in vain after it went into its jail (modes "late"
 * and "self"): a library is loaded before, another file is mounted, and what must not come in is
 * told. A directory is mounted with all that is in it, so that not every one may come.
 */
final class EnteredJudge {
  private static final int MOST_NAMES = 5000;

  /** Whoever has one of these has all of the host's accounts. */
  private static final Set<String> ACCOUNTS = Set.of("/etc/passwd", "/etc/group");

  private static final String LOADER_CACHE = "/etc/ld.so.cache";

  private final Hearing hearing;
  private final JailSpec spec;
  private final JailSpec.Late late;
  private final Outside outside;
  private final SitePlace site;
  private final EnteredWrites writes;

  EnteredJudge(Hearing hearing, JailSpec.Late late, SitePlace site) {
    this.hearing = hearing;
    this.spec = hearing.spec();
    this.late = late;
    this.outside = hearing.outside();
    this.site = site;
    this.writes = new EnteredWrites(hearing, late);
  }

  /**
   * Judges.
   *
   * @param before what it asked for before it went in
   */
  Verdict of(List<Asked> before, List<Asked> asked, Zeal zeal) {
    for (Asked one : before) {
      if (one.writes()) {
        writes.seeBefore(one, outside.plain(one.path()));
      }
    }
    for (Asked one : asked) {
      String path = outside.plain(one.path());
      if (one.writes()) {
        writes.see(one, path);
      } else if (one.access() == Access.CONNECT || one.access() == Access.SEND) {
        connect(one, path);
      } else if (one.access() == Access.LIST) {
        list(one, path);
      } else if (one.absent() || (one.got() && isLeftOver(path))) {
        see(one, path, zeal);
      } else if (one.error() == Errno.EROFS || one.error() == Errno.EACCES) {
        writes.seeDirectory(one, path); // access(2)
      }
    }
    return hearing.verdict();
  }

  /** An empty file, on which something of the host's was mounted once, and is no more. */
  private boolean isLeftOver(String path) {
    return site.isEmptyFile(path) && !path.startsWith("/dev/") && !isCovered(path);
  }

  private void see(Asked one, String path, Zeal zeal) {
    boolean eager = zeal != Zeal.WISHES;
    if (Hearing.IDLE.contains(path) && !(eager && path.equals(LOADER_CACHE))) {
      return;
    }
    Found found = outside.find(path);
    if (found == null) {
      hearing.missing(path);
      return;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (name.startsWith("libnss_") && !eager) {
      return; // the C library does without it
    }
    if (one.foundAt() != null && !eager) {
      hearing.passedOver(path);
      return;
    }
    String why = "asked for by " + one.by() + " (" + one.call() + ")";
    if (one.access() == Access.EXECUTE) {
      hearing.refuse(
          path,
          Problem.of(one.by() + " wants to execute " + path + " in the jail")
              .remedy(
                  "A program comes in only when somebody says so: name it in [files] programs, or"
                      + " let the service do without."));
    } else if (found.isDirectory()) {
      // Who merely asks whether it is there may do without.
      if (!writes.seeDirectory(one, path) && (one.access() == Access.READ || eager)) {
        directory(path, one, why);
      }
    } else if (ACCOUNTS.contains(path) && !eager) {
      hearing.refuse(
          path,
          Problem.of(one.by() + " asks for " + path)
              .remedy(
                  "The host's has all of its accounts. Put one with those that the service needs"
                      + " into "
                      + late.root().value()
                      + ", or name the host's in [files] include."));
    } else {
      file(path, found, one, why, name);
    }
  }

  private void file(String path, Found found, Asked one, String why, String name) {
    boolean again = isPreloaded(path);
    if (isCovered(path) || !mayCome(path, found, one)) {
      return;
    }
    if (!hearing.isNew(path)) {
      return;
    }
    LearnedPath learned = new LearnedPath(path, hearing.evidence(one), hearing.isAllowed(path));
    boolean library = name.contains(".so") && isElf(found) && isPreloadable(path);
    hearing
        .additions()
        .put(
            path,
            library && !again
                ? new Addition.Preload(learned, why)
                : new Addition.Path(learned, why));
  }

  private void directory(String path, Asked one, String why) {
    if (isCovered(path)) {
      return;
    }
    if (Listings.BROAD.contains(path) || path.endsWith("-linux-gnu")) {
      hearing.refuse(
          path,
          Problem.of(one.by() + " lists " + path)
              .remedy("That is too much to be mounted. Name what it needs of it, one by one."));
      return;
    }
    String secret = secretIn(path, new int[] {0});
    if (secret != null) {
      hearing.refuse(
          path,
          Problem.of(
                  one.by() + " lists " + path + ", which would be mounted with all that is in it")
              .answered(secret)
              .remedy("If the service must have it, name it in [files] include."));
      return;
    }
    hearing
        .additions()
        .put(
            path,
            new Addition.Path(
                new LearnedPath(path, hearing.evidence(one), false), why + ", with all in it"));
  }

  /** What lies in it and should not come in, as a clause; null: nothing. */
  private @org.jspecify.annotations.Nullable String secretIn(String directory, int[] count) {
    for (String name : outside.names(directory)) {
      String path = directory + "/" + name;
      Found found = outside.find(path);
      if (found == null) {
        continue;
      }
      if (++count[0] > MOST_NAMES) {
        return "it holds more than " + MOST_NAMES + " files";
      }
      Secrets.Secret secret = hearing.secrets().of(path, found);
      String below =
          secret != null
              ? path + ": " + secret.why()
              : found.isDirectory() && found.path().equals(path) ? secretIn(path, count) : null;
      if (below != null) {
        return below;
      }
    }
    return null;
  }

  /** A directory that is in the jail for the sake of what is mounted in it shows that alone. */
  private void list(Asked one, String path) {
    boolean holdsMounts =
        site.isDirectory(path)
            && spec.files().include().stream().anyMatch(i -> i.value().startsWith(path + "/"));
    Found found = outside.find(path);
    if (one.got()
        && (holdsMounts || site.isEmptyDirectory(path))
        && !path.equals("/")
        && found != null
        && !outside.names(path).isEmpty()) {
      directory(path, one, "listed by " + one.by() + " (" + one.call() + ")");
    }
  }

  private void connect(Asked one, String path) {
    if (one.got() || Hearing.IDLE.contains(path)) {
      return;
    }
    hearing.connect(one, path);
  }

  private boolean mayCome(String path, Found found, Asked one) {
    if (path.startsWith("/dev/")) {
      hearing.refuse(
          path,
          Problem.of(one.by() + " asks for the device " + path)
              .remedy(
                  spec.mode() == JailSpec.Mode.SELF
                      ? "If it needs it, see [devices] in the reference of the jailfile."
                      : "There are no devices in a late jail."));
    }
    return Hearing.isText(path)
        && !PathRules.isPassing(path)
        && hearing.mayCome(path, found, one.by());
  }

  private boolean isElf(Found found) {
    byte[] head = outside.head(found);
    return head.length > 4 && head[0] == 0x7F && head[1] == 'E' && head[2] == 'L';
  }

  /** ld.so(8) knows no quotes. */
  private static boolean isPreloadable(String path) {
    return path.indexOf(':') < 0 && path.indexOf(' ') < 0;
  }

  private boolean isPreloaded(String path) {
    return late.preload().stream().anyMatch(p -> p.value().equals(path));
  }

  /** It, or a directory in which it is, comes in already. */
  private boolean isCovered(String path) {
    List<String> coming = new ArrayList<>();
    for (Located<String> include : spec.files().include()) {
      coming.add(include.value());
    }
    for (Addition addition : hearing.additions().values()) {
      if (addition instanceof Addition.Path come) {
        coming.add(come.path().path());
      }
    }
    return coming.stream().anyMatch(p -> PathRules.isAtOrBelow(path, p));
  }
}
