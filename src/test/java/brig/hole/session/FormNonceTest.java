package brig.hole.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormNonceTest {
  private static final Token TOKEN = Token.fresh();

  @Test
  void itIsReadBackForTheSameVisitorAndTheSameForm() {
    FormNonce nonce = FormNonce.read(TOKEN, "report", FormNonce.mint(TOKEN, "report", 1234));
    assertThat(nonce).isNotNull();
    assertThat(nonce.shown()).isEqualTo(1234);
  }

  @Test
  void itIsWorthNothingForAnotherVisitorOrForm() {
    String text = FormNonce.mint(TOKEN, "report", 1234);
    assertThat(FormNonce.read(Token.fresh(), "report", text)).isNull();
    assertThat(FormNonce.read(TOKEN, "transfer", text)).isNull();
  }

  @Test
  void noCharacterOfItCanBeChanged() {
    String text = FormNonce.mint(TOKEN, "report", 1234);
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'A' ? 'B' : 'A';
      String changed = text.substring(0, i) + other + text.substring(i + 1);
      assertThat(FormNonce.read(TOKEN, "report", changed)).as(changed).isNull();
    }
    assertThat(FormNonce.read(TOKEN, "report", text + "A")).isNull();
    assertThat(FormNonce.read(TOKEN, "report", "")).isNull();
    assertThat(FormNonce.read(TOKEN, "report", "é".repeat(48))).isNull();
  }
}
