package brig.seal;

import static org.assertj.core.api.Assertions.assertThat;

import brig.plan.Entry;
import brig.plan.FileStat;
import brig.plan.Plan;
import brig.plan.Reason;
import brig.report.Problem;
import brig.tree.Change;
import brig.tree.Seal;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandardSealTest {
  private static final Plan PLAN =
      new Plan(
          "www",
          List.of(new Entry.Directory("/", 0755, 0, 0, List.of(Reason.root("x")))),
          List.of(),
          List.of(),
          new Plan.ServiceIds(33, 33, List.of(44)),
          List.of());

  private static Change.CopyFile file(int mode, int uid, int gid) {
    FileStat stat = new FileStat(FileStat.Type.FILE, mode, uid, gid, 1, 1, 1, 1, 0, 0, 0);
    return new Change.CopyFile("/srv/f", "/srv/f", stat, mode, uid, gid);
  }

  private static Seal.Outcome seal(Change change) {
    return new StandardSeal(true).seal(PLAN, List.of(change));
  }

  private static int sealedMode(int mode, int uid, int gid) {
    return ((Change.CopyFile) seal(file(mode, uid, gid)).changes().getFirst()).mode();
  }

  private static boolean isReported(int mode, int uid, int gid) {
    return !seal(file(mode, uid, gid)).warnings().isEmpty();
  }

  @Test
  void setIdBitsGo() {
    assertThat(sealedMode(04755, 0, 0)).isEqualTo(0755);
    assertThat(sealedMode(02755, 0, 0)).isEqualTo(0755);
    assertThat(sealedMode(06711, 0, 0)).isEqualTo(0711);
  }

  @Test
  void writingByGroupAndWorldGoes() {
    assertThat(sealedMode(0666, 0, 0)).isEqualTo(0644);
    assertThat(sealedMode(0664, 0, 44)).isEqualTo(0644);
  }

  @Test
  void theServicesUserCannotWriteToItsOwnFiles() {
    assertThat(sealedMode(0644, 33, 33)).isEqualTo(0444);
    assertThat(sealedMode(0700, 33, 33)).isEqualTo(0500);
    assertThat(sealedMode(0644, 34, 33)).isEqualTo(0644);
  }

  @Test
  void aFileThatTheServiceMayWriteToOnTheHostIsReported() {
    assertThat(seal(file(0644, 33, 33)).warnings())
        .extracting(Problem::text)
        .containsExactly(
            "1 file that the service may write to on the host cannot be written to in the jail:"
                + " /srv/f. If it has to write there, name the directory under files.writable.");
    assertThat(isReported(0664, 0, 44)).isTrue();
    assertThat(isReported(0664, 0, 33)).isTrue();
    assertThat(isReported(0666, 0, 0)).isTrue();
    assertThat(isReported(0664, 0, 0)).isFalse();
    assertThat(isReported(0444, 33, 33)).isFalse();
    assertThat(isReported(0644, 0, 0)).isFalse();
  }

  @Test
  void directoriesAreNotWritableByTheService() {
    Change.MakeDirectory sealed =
        (Change.MakeDirectory)
            seal(new Change.MakeDirectory("/srv", 02775, 33, 33)).changes().getFirst();
    assertThat(sealed.mode()).isEqualTo(0555);
  }

  @Test
  void devicesAndMountPointsAreLeftAlone() {
    Change device = new Change.MakeDevice("/dev/null", false, 1, 3, 0666);
    Change place = new Change.MakeMountPoint("/tmp", true);
    assertThat(seal(device).changes()).containsExactly(device);
    assertThat(seal(place).changes()).containsExactly(place);
  }

  @Test
  void aFurtherNameIsSealedAsItsFile() {
    Change sealed = seal(new Change.AddName("/b", file(04777, 0, 0))).changes().getFirst();
    assertThat(((Change.AddName) sealed).file().mode()).isEqualTo(0755);
  }
}
