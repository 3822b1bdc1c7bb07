package brig.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.ProcessStatus;
import brig.tree.JailPaths;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("service")
class DemoTest {
  private Installation machine;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  @Test
  void theDemoWorksWithEachOfItsServices() throws Exception {
    for (DemoService service : DemoService.values()) {
      Result demo = machine.brig("demo", "--once", "--service", service.word());
      assertThat(demo.status()).as(service + ": " + demo.output()).isZero();
      assertThat(demo.output())
          .contains("HTTP/1", "200 OK, \"" + DemoService.GREETING + "\"", "root is the jail");
    }
  }

  @Test
  void withoutAServiceTheDemoShowsBrigsOwnServer() throws Exception {
    Result demo = machine.brig("demo", "--once");
    assertThat(demo.status()).as(demo.output()).isZero();
    assertThat(demo.output())
        .contains(
            "200 OK, \"" + DemoService.GREETING + "\"",
            "GET /cgi-bin/inside: 200, \"It can write nothing.\"",
            "POST /budget/report account=4712&year=2026: 422, \"Please choose one of the list.\"",
            "Train to Montréal",
            "capabilities 0, no_new_privs 1, seccomp 2, root is the jail",
            "/proc: on the host; in the jail absent",
            "All that is in the jail: bin, cgi-bin, htdocs, lib",
            " lines, all of uid 33\n",
            "\n32 held, 0 escaped.\n");
  }

  @Test
  void theDemoServesUntilCtrlCAndLeavesNothing() throws Exception {
    Process demo = machine.startBrig("demo", "--service", "python3");
    String told = Installation.readUntil(demo, "until Ctrl-C");
    Matcher look =
        Pattern.compile("BRIG_HOME=(/var/tmp/brig-demo-\\d+) brig status")
            .matcher(told + Installation.readUntil(demo, "brig status"));
    assertThat(look.find()).as(told).isTrue();
    Path its = Path.of(look.group(1));
    RunState state = RunState.read(JailPaths.of(Map.of("BRIG_HOME", its.toString())).state("demo"));
    assertThat(state).isNotNull();
    assertThat(Running.members(state)).isNotEmpty();
    Installation.signal(demo, "INT");
    assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).isZero();
    assertThat(its).doesNotExist();
    ProcessStatus left = ProcessStatus.of(state.pid());
    assertThat(left == null || left.ended()).isTrue();
  }
}
