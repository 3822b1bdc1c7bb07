package brig.spec;

import brig.spec.JailSpec.FileSet;
import brig.spec.JailSpec.TemporaryPath;
import brig.spec.JailSpec.WritablePath;
import brig.spec.LockFile.LearnedPath;
import brig.spec.LockFile.LearnedPlace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Of a jail that a daemon of the host's enters nothing is planned or built: what its lock file has
 * counts as if the jailfile said it. What the jailfile says itself goes first.
 */
final class WithLearned {
  private final LockFile lock;
  private final PathRules paths;

  private WithLearned(LockFile lock, Mistakes mistakes) {
    this.lock = lock;
    this.paths = new PathRules(mistakes);
  }

  static JailSpec.Late preloads(JailSpec.Late late, LockFile lock) {
    List<Located<String>> preload = new ArrayList<>(late.preload());
    Set<String> known = values(late.preload());
    for (Located<LearnedPath> line : lock.preloads()) {
      if (known.add(line.value().path())) {
        preload.add(new Located<>(line.value().path(), line.at()));
      }
    }
    return new JailSpec.Late(
        late.root(), List.copyOf(preload), late.samePaths(), late.trigger(), late.patience());
  }

  static FileSet files(FileSet files, LockFile lock, Mistakes mistakes) {
    WithLearned learned = new WithLearned(lock, mistakes);
    return new FileSet(
        learned.include(files.include()),
        files.exclude(),
        files.programs(),
        learned.writable(files.writable()),
        learned.temporary(files.temporary()),
        files.directories(),
        files.mapped(),
        files.contents(),
        files.readable(),
        files.stripCapabilities());
  }

  private static Set<String> values(List<Located<String>> located) {
    Set<String> values = new HashSet<>();
    for (Located<String> one : located) {
      values.add(one.value());
    }
    return values;
  }

  private List<Located<String>> include(List<Located<String>> said) {
    List<Located<String>> all = new ArrayList<>(said);
    Set<String> known = values(said);
    for (Located<LearnedPath> line : lock.paths()) {
      // It is mounted with all that is in it, not made alone as in a jail that is built.
      Located<String> path = new Located<>(line.value().path(), line.at());
      if (known.add(path.value()) && paths.checkOutside(path)) {
        all.add(path);
      }
    }
    return List.copyOf(all);
  }

  private List<Located<WritablePath>> writable(List<Located<WritablePath>> said) {
    List<Located<WritablePath>> all = new ArrayList<>(said);
    Set<String> known = new HashSet<>();
    for (Located<WritablePath> one : said) {
      known.add(one.value().path());
    }
    for (Located<LearnedPlace> line : lock.places()) {
      LearnedPlace place = line.value();
      if (!place.temporary() && known.add(place.path())) {
        all.add(
            new Located<>(new WritablePath(place.path(), null, OptionalInt.empty()), line.at()));
      }
    }
    return List.copyOf(all);
  }

  private List<Located<TemporaryPath>> temporary(List<Located<TemporaryPath>> said) {
    List<Located<TemporaryPath>> all = new ArrayList<>(said);
    Set<String> known = new HashSet<>();
    for (Located<TemporaryPath> one : said) {
      known.add(one.value().path());
    }
    for (Located<LearnedPlace> line : lock.places()) {
      LearnedPlace place = line.value();
      if (place.temporary() && known.add(place.path())) {
        all.add(
            new Located<>(
                new TemporaryPath(
                    place.path(), place.owner(), place.mode(), FilesReader.DEFAULT_TEMPORARY_SIZE),
                line.at()));
      }
    }
    return List.copyOf(all);
  }
}
