package brig.hole.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
  @Test
  void aThousandTokensDifferAndAreReadBack() {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      Token token = Token.fresh();
      texts.add(token.text());
      assertThat(Token.read(token.text())).isEqualTo(token);
    }
    assertThat(texts).hasSize(1000).allSatisfy(text -> assertThat(text).hasSize(43));
  }

  @Test
  void itIsNeverPrintedAndItsHashDoesNotHoldIt() {
    Token token = Token.fresh();
    assertThat(token).hasToString("...");
    assertThat(token.hash()).hasSize(64).doesNotContain(token.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "short",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "../AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ÄAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void whatIsNoTokenIsNotRead(String text) {
    assertThat(Token.read(text)).isNull();
  }
}
