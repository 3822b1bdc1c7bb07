package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.plan.FileStat;
import brig.tree.MountPlan.Mount;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountPlanFileTest {
  private static final FileStat FIFO =
      new FileStat(FileStat.Type.FIFO, 0600, 7, 8, 0, 0, 0, 1, 0, 0, 0);
  private static final MountPlan PLAN =
      new MountPlan(
          List.of(
              new Change.MakeDirectory("/", 0755, 0, 0),
              new Change.MakeDirectory("/etc", 0750, 1, -2),
              new Change.WriteFile("/etc/a\tb\n\"", new byte[] {0, -1, 'x'}, 0640, 3, 4),
              new Change.MakeLink("/lib", "usr/lib"),
              new Change.MakeDevice("/null", false, 1, 3, 0666),
              new Change.MakeFifo("/p", FIFO, 0600, 7, 8),
              new Change.MakeMountPoint("/run", true),
              new Change.MakeMountPoint("/s", false)),
          List.of(
              new Mount("/usr", "/usr", 0x800000001L, 1L << 40, true),
              new Mount("/x\uDCFF", "/opt/x\uDCFF", 2, 3, false)));

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    MountPlan read = MountPlanFile.decode(MountPlanFile.encode(PLAN));
    assertThat(read.mounts()).isEqualTo(PLAN.mounts());
    assertThat(read.made())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactlyElementsOf(PLAN.made());
  }

  @Test
  void whatIsCutShortOrGrownIsRefusedAndNeverTakenForLess() throws IOException {
    byte[] bytes = MountPlanFile.encode(PLAN);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> MountPlanFile.decode(cut)).isInstanceOf(IOException.class);
    }
    byte[] grown = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> MountPlanFile.decode(grown)).hasMessage("something follows its end");
  }

  @Test
  void aPathThatLeadsUpIsRefused() throws IOException {
    byte[] bytes =
        MountPlanFile.encode(
            new MountPlan(List.of(), List.of(new Mount("/a/../b", "/x", 1, 2, false))));
    assertThatThrownBy(() -> MountPlanFile.decode(bytes))
        .hasMessage("not an absolute, normal path: /a/../b");
  }
}
