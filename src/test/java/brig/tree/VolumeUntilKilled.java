package brig.tree;

import brig.plan.Entry;
import java.nio.file.Path;
import java.util.List;

/** Builds a jail with a file system of its own over and over, until the test kills it. */
final class VolumeUntilKilled {
  private VolumeUntilKilled() {}

  static Process start(Path home) throws Exception {
    return new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            VolumeUntilKilled.class.getName(),
            home.toString())
        .inheritIO()
        .start();
  }

  public static void main(String[] arguments) throws Exception {
    Fixture fixture = new Fixture(Path.of(arguments[0]));
    fixture.volume = new OwnVolume(16 << 20, null);
    fixture.seal =
        (plan, changes) -> new Seal.Outcome(changes, new Seal.Manner(true, true, true), List.of());
    for (int i = 0; i < 40; i++) {
      fixture.add(new Entry.Generated("/srv/many/" + i, new byte[5000], 0644, 0, 0, Fixture.WHY));
    }
    while (true) {
      fixture.build();
    }
  }
}
