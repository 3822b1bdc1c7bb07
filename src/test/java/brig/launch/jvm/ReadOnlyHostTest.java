package brig.launch.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import brig.tree.Change;
import brig.tree.MountPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadOnlyHostTest {
  @TempDir private Path directory;

  private static List<String> mounts(MountPlan plan) {
    return plan.mounts().stream().map(MountPlan.Mount::path).toList();
  }

  private static List<String> made(MountPlan plan) {
    return plan.made().stream().map(Change::path).toList();
  }

  @Test
  void aPlaceIsMountedWhereTheHostHasItBelowDirectoriesThatAreEmptyOtherwise() throws IOException {
    Path place = Files.createDirectories(directory.toRealPath().resolve("a/b"));

    MountPlan plan = ReadOnlyHost.of(List.of(HostPlace.of(place.toString())));

    assertThat(mounts(plan)).contains("/usr", "/etc", "/proc", place.toString());
    assertThat(made(plan))
        .contains("/", "/dev", "/dev/null", "/dev/urandom", place.getParent().toString())
        .doesNotContain(place.toString());
  }

  @Test
  void whatLiesBelowAPlaceThatIsMountedIsNotMountedAgain() throws IOException {
    Path above = Files.createDirectories(directory.toRealPath().resolve("a"));
    Path below = Files.createDirectories(above.resolve("b/c"));
    HostPlace whole = HostPlace.of(above.toString());
    HostPlace part = HostPlace.of(below.toString());

    for (List<HostPlace> order : List.of(List.of(whole, part), List.of(part, whole))) {
      MountPlan plan = ReadOnlyHost.of(order);

      assertThat(mounts(plan)).contains(whole.path()).doesNotContain(part.path());
      assertThat(made(plan)).noneMatch(path -> path.startsWith(whole.path()));
    }
    assertThat(mounts(ReadOnlyHost.of(List.of(HostPlace.of("/usr/bin")))))
        .contains("/usr")
        .doesNotContain("/usr/bin");
  }

  @Test
  void aLinkIsFollowedOnceAndItsEndIsMounted() throws IOException {
    Path end = Files.createDirectories(directory.toRealPath().resolve("end"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), end);

    MountPlan plan = ReadOnlyHost.of(List.of(HostPlace.of(link.toString())));

    assertThat(mounts(plan)).contains(end.toString()).doesNotContain(link.toString());
  }

  @Test
  void whatTheHostLacksIsMade() throws IOException {
    MountPlan plan =
        ReadOnlyHost.of(List.of(), List.of(new Change.MakeDirectory("/jail", 0755, 0, 0)));

    assertThat(made(plan)).contains("/jail");
  }
}
