package brig.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.report.BrigException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordsOfAProbeTest {
  @Test
  void blanksPartWordsAndQuotesKeepThemTogether() throws BrigException {
    assertThat(OutsideCommand.words("  dig  +short '@::1' \"a b\"c '' "))
        .containsExactly("dig", "+short", "@::1", "a bc", "");
  }

  @Test
  void noShellReadsIt() throws BrigException {
    assertThat(OutsideCommand.words("echo $HOME; *")).containsExactly("echo", "$HOME;", "*");
  }

  @Test
  void whatCannotBeAProbeIsRefused() {
    assertThatThrownBy(() -> OutsideCommand.words("say 'hello"))
        .isInstanceOf(BrigException.class)
        .hasMessageContaining("a quotation mark of the probe is not closed");
    assertThatThrownBy(() -> Probe.of(" ", Map.of())).hasMessageContaining("the probe is empty");
    assertThatThrownBy(() -> Probe.of("http:///x", Map.of()))
        .hasMessageContaining("the probe http:///x is no URL");
    assertThatThrownBy(() -> Probe.of("no-such-program-here 1", Map.of("PATH", "/usr/bin")))
        .hasMessageContaining("cannot execute no-such-program-here");
  }
}
