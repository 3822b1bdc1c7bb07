package brig.learn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.spec.JailSpec;
import brig.spec.JailfileReader;
import brig.spec.Located;
import brig.spec.LockFile;
import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedPath;
import brig.spec.LockFile.LearnedPlace;
import brig.spec.LockFile.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a later round finds may make needless what an earlier one brought. */
class LockFileGrowthTest {
  private static final String BUILT = "command = [\"/usr/sbin/www\"]\nuser = \"www-data\"\n";
  private static final String LATE = BUILT + "mode = \"late\"\nroot = \"/srv/site\"\n";
  private static final String SELF = BUILT + "mode = \"self\"\nroot = \"/srv/site\"\n";
  private static final Evidence EVIDENCE = new Evidence("/usr/sbin/www", "openat", 1);
  private static final Run RUN = new Run(1, false, null, List.of());

  private static JailSpec spec(String jailfile) throws BrigException {
    return JailfileReader.read("www", "/etc/brig/www.toml", jailfile.getBytes(UTF_8));
  }

  private static Addition path(String path) {
    return new Addition.Path(new LearnedPath(path, EVIDENCE, false), "asked for");
  }

  private static Addition place(String path) {
    return new Addition.Place(new LearnedPlace(path, false, null, 0750, EVIDENCE), "writes there");
  }

  /** The paths that are left of some when a later round makes a place of one directory. */
  private static List<String> left(String jailfile, String place, String... paths)
      throws BrigException {
    JailSpec spec = spec(jailfile);
    LockFile lock = LockFile.none("www.lock.toml");
    for (String path : paths) {
      lock = LockFileGrowth.with(spec, lock, RUN, List.of(path(path)));
    }
    lock = LockFileGrowth.with(spec, lock, RUN, List.of(place(place)));
    assertThat(lock.places()).extracting(located -> located.value().path()).containsExactly(place);
    return lock.paths().stream().map(Located::value).map(LearnedPath::path).toList();
  }

  @Test
  void aPlaceTakesTheStandOfThePathsThatItHides() throws BrigException {
    assertThat(
            left(BUILT, "/var/lib/www", "/var/lib/www", "/var/lib/www/cache", "/var/lib/wwwroot"))
        .containsExactly("/var/lib/wwwroot");
  }

  @Test
  void aPathThatComesTogetherWithItsPlaceIsNotKept() throws BrigException {
    LockFile lock =
        LockFileGrowth.with(
            spec(BUILT),
            LockFile.none("www.lock.toml"),
            RUN,
            List.of(place("/var/lib/www"), path("/var/lib/www/x"), path("/etc/www.conf")));
    assertThat(lock.paths())
        .extracting(located -> located.value().path())
        .containsExactly("/etc/www.conf");
  }

  @Test
  void whatALateDaemonGetsIsMountedInItsPlaceToo() throws BrigException {
    assertThat(left(LATE, "/var/lib/www", "/var/lib/www", "/var/lib/www/mime.types"))
        .containsExactly("/var/lib/www/mime.types");
  }

  @Test
  void thePlacesOfADaemonThatJailsItselfAreNamedAsTheHostHasThem() throws BrigException {
    assertThat(left(SELF, "/srv/site/var/www", "/var/www", "/srv/site/var/www"))
        .containsExactly("/srv/site/var/www");
  }
}
