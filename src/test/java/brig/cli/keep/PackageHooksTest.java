package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.cli.keep.PackageHooks.Outcome;
import brig.cli.keep.PackageHooks.State;
import brig.report.BrigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageHooksTest {
  @TempDir Path root;

  private PackageHooks hooks() throws BrigException {
    return new PackageHooks(root.toString(), "/opt/brig/brig", null);
  }

  private Path directory(String path) throws IOException {
    return Files.createDirectories(root.resolve(path));
  }

  @Test
  void debiansTwoAreWrittenAsAptAndDpkgReadThem() throws Exception {
    Path apt = directory("etc/apt/apt.conf.d").resolve("80brig");
    Path dpkg = directory("etc/dpkg/dpkg.cfg.d").resolve("brig");
    assertThat(hooks().status())
        .containsExactly(
            new Outcome("apt", apt.toString(), State.ABSENT),
            new Outcome("dpkg", dpkg.toString(), State.ABSENT));
    assertThat(hooks().install())
        .extracting(Outcome::state)
        .containsExactly(State.WRITTEN, State.WRITTEN);
    assertThat(apt)
        .hasContent(
            """
            // Written by 'brig hook install'; 'brig hook remove' removes it.
            DPkg::Post-Invoke { "test ! -x /opt/brig/brig || timeout -k 10 600 /opt/brig/brig hook run </dev/null || true"; };
            """);
    assertThat(dpkg)
        .hasContent(
            """
            # Written by 'brig hook install'; 'brig hook remove' removes it.
            post-invoke=test -n "$DPKG_FRONTEND_LOCKED" || test ! -x /opt/brig/brig || timeout -k 10 600 /opt/brig/brig hook run </dev/null || true
            """);
    assertThat(hooks().install())
        .extracting(Outcome::state)
        .containsExactly(State.UNCHANGED, State.UNCHANGED);
    assertThat(hooks().remove())
        .extracting(Outcome::state)
        .containsExactly(State.REMOVED, State.REMOVED);
    assertThat(apt).doesNotExist();
    assertThat(dpkg).doesNotExist();
    assertThat(hooks().remove())
        .extracting(Outcome::state)
        .containsExactly(State.ABSENT, State.ABSENT);
  }

  @Test
  void bothDnfsGetTheirsWhereTheirPluginsAre() throws Exception {
    Path dnf = directory("etc/dnf/plugins/post-transaction-actions.d").resolve("brig.action");
    Path dnf5 = directory("etc/dnf/libdnf5-plugins/actions.d").resolve("brig.actions");
    hooks().install();
    assertThat(dnf)
        .hasContent(
            """
            # Written by 'brig hook install'; 'brig hook remove' removes it.
            *:any:test ! -x /opt/brig/brig || timeout -k 10 600 /opt/brig/brig hook run </dev/null || true
            """);
    assertThat(dnf5)
        .hasContent(
            """
            # Written by 'brig hook install'; 'brig hook remove' removes it.
            post_transaction::::/usr/bin/env timeout -k 10 600 /opt/brig/brig hook run
            """);
  }

  @Test
  void aDnfWithoutItsPluginIsTold() throws Exception {
    directory("etc/dnf/plugins");
    directory("etc/dnf/libdnf5-plugins");
    assertThat(hooks().install())
        .extracting(Outcome::state)
        .containsExactly(State.NO_PLACE, State.NO_PLACE);
    assertThat(hooks().missing())
        .containsExactly("python3-dnf-plugin-post-transaction-actions", "libdnf5-plugin-actions");
  }

  @Test
  void anotherBrigsHookIsBroughtUpToDateAndSomebodyElsesFileIsLeft() throws Exception {
    Path apt = directory("etc/apt/apt.conf.d").resolve("80brig");
    new PackageHooks(root.toString(), "/elsewhere/brig", "/var/tmp/home").install();
    assertThat(apt)
        .content()
        .contains("env BRIG_HOME=/var/tmp/home timeout -k 10 600 /elsewhere/brig hook run");
    assertThat(hooks().status()).extracting(Outcome::state).containsExactly(State.OTHER);
    assertThat(hooks().install()).extracting(Outcome::state).containsExactly(State.WRITTEN);
    assertThat(apt).content().contains("/opt/brig/brig");

    Files.writeString(apt, "// mine\n");
    assertThat(hooks().install()).extracting(Outcome::state).containsExactly(State.FOREIGN);
    assertThat(hooks().remove()).extracting(Outcome::state).containsExactly(State.FOREIGN);
    assertThat(apt).hasContent("// mine");
  }

  @Test
  void aPathThatAShellWouldReadOtherwiseIsRefused() {
    for (String path : new String[] {"/opt/a b/brig", "/opt/$(x)/brig", "/a\"b", "/a:b", "/é"}) {
      assertThatThrownBy(() -> new PackageHooks("", path, null))
          .isInstanceOf(BrigException.class)
          .hasMessageStartingWith("cannot put " + path + " into a hook: ");
    }
    assertThatThrownBy(() -> new PackageHooks("", "/opt/brig", "/home/it's"))
        .isInstanceOf(BrigException.class);
  }
}
