package brig.spec;

import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.report.Problem;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class HolesReaderTest {
  @Test
  void theDirectoryOfAHoleIsRootsAndKeptOverBuilds() throws BrigException {
    JailSpec spec =
        JailfileReaderTest.read(
            JailfileReaderTest.GOOD + "[holes]\nbudget = \"/run/hole\"\nmail-2 = \"/srv/mail\"\n");
    assertThat(spec.holes())
        .extracting(Located::value)
        .containsExactly(
            new JailSpec.HolePlace("budget", "/run/hole"),
            new JailSpec.HolePlace("mail-2", "/srv/mail"));
    assertThat(spec.files().writable())
        .extracting(Located::value)
        .contains(new JailSpec.WritablePath("/run/hole", "0", OptionalInt.of(0755)));
  }

  @Test
  void whatCannotBeAHoleIsRefusedWithItsPlace() {
    BrigException e =
        Assertions.catchThrowableOfType(
            BrigException.class,
            () ->
                JailfileReaderTest.read(
                    "command = [\"/bin/true\"]\nuser = \"www-data\"\n[holes]\n"
                        + "Budget = \"/run/a\"\n"
                        + "a = \"run/a\"\n"
                        + "b = \"/usr/bin\"\n"
                        + "c = \"/run/c\"\n"
                        + "d = \"/run/c\"\n"
                        + "e = \"/dev/hole\"\n"
                        + "f = \"/run/"
                        + "x".repeat(100)
                        + "\"\n"));
    List<String> told = e.problems().stream().map(Problem::text).toList();
    assertThat(told)
        .containsExactly(
            "\"Budget\" is no name for a hole. Use at most 40 of a-z, 0-9, '-' and '_', beginning"
                + " with a letter; its file is called NAME.hole.toml. (www.toml:4:1)",
            "the path \"run/a\" is not absolute. Write it from the root: \"/...\"."
                + " (www.toml:5:5)",
            "\"/usr/bin\" cannot be the place of a hole: programs, libraries and devices must not"
                + " change. Name the directory below it that the service writes to, or let it"
                + " write elsewhere. (www.toml:6:5)",
            "two holes cannot share the directory \"/run/c\". The other one is at line 7; give"
                + " each its own. (www.toml:8:5)",
            "\"/dev/hole\" cannot be the place of a hole: programs, libraries and devices must not"
                + " change. Name the directory below it that the service writes to, or let it"
                + " write elsewhere. (www.toml:9:5)",
            "the directory of a hole is longer than 100 characters. The address of a socket is"
                + " short: choose \"/run/hole\", for example. (www.toml:10:5)");
  }
}
