package brig.web.cgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines of HTTP end in CR LF
class CgiHeaderTest {
  private static CgiAnswer read(boolean whole, String text) throws CgiFault {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    return Objects.requireNonNull(new CgiHeader(whole).read(bytes));
  }

  private static CgiAnswer.Document document(String text) throws CgiFault {
    return (CgiAnswer.Document) read(false, text);
  }

  @Test
  void aDocumentIsReadWithEitherEndOfLine() throws CgiFault {
    for (String end : new String[] {"\n", "\r\n"}) {
      CgiAnswer.Document document =
          document("Content-Type: text/html" + end + "X-A:\t b " + end + end + "body");
      assertThat(document.status()).isEqualTo(200);
      assertThat(document.length()).isEqualTo(-1);
      assertThat(document.fields())
          .containsExactly(new Header("Content-Type", "text/html"), new Header("X-A", "b"));
    }
  }

  @Test
  void theBodyIsLeft() throws CgiFault {
    ByteBuffer bytes =
        ByteBuffer.wrap("Status: 404 Nothing\n\nbody".getBytes(StandardCharsets.ISO_8859_1));
    CgiHeader header = new CgiHeader(false);
    CgiAnswer.Document document = (CgiAnswer.Document) Objects.requireNonNull(header.read(bytes));
    assertThat(document.status()).isEqualTo(404);
    assertThat(document.fields()).isEmpty();
    assertThat(bytes.remaining()).isEqualTo(4);
  }

  @Test
  void itIsReadHoweverItsBytesArrive() throws CgiFault {
    byte[] all = "Status: 201\r\nContent-Length: 3\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    CgiHeader header = new CgiHeader(false);
    for (int i = 0; i < all.length - 1; i++) {
      assertThat(header.read(ByteBuffer.wrap(all, i, 1))).isNull();
    }
    assertThat(header.read(ByteBuffer.wrap(all, all.length - 1, 1)))
        .isEqualTo(new CgiAnswer.Document(201, List.of(), 3));
  }

  @Test
  void aRedirectIsForTheClientOrForThisServer() throws CgiFault {
    assertThat(document("Location: http://a.example/\n\n").status()).isEqualTo(302);
    assertThat(document("Location: /b\nStatus: 303 See\n\n").status()).isEqualTo(303);
    assertThat(read(false, "Location: /b?c=d\n\n"))
        .isEqualTo(new CgiAnswer.LocalRedirect("/b?c=d"));
  }

  @Test
  void theFramingIsNotTheProgramsToSay() throws CgiFault {
    CgiAnswer.Document document =
        document(
            String.join(
                "\n",
                "Content-Type: a/b",
                "Transfer-Encoding: chunked",
                "Connection: close",
                "Keep-Alive: 1",
                "Upgrade: x",
                "Content-Length: 7",
                "",
                ""));
    assertThat(document.fields()).containsExactly(new Header("Content-Type", "a/b"));
    assertThat(document.length()).isEqualTo(7);
  }

  @Test
  void aWholeResponseBeginsWithItsStatusLine() throws CgiFault {
    CgiAnswer.Document document =
        (CgiAnswer.Document) read(true, "HTTP/1.0 418 Teapot\r\nX: y\r\n\r\n");
    assertThat(document.status()).isEqualTo(418);
    assertThat(document.fields()).containsExactly(new Header("X", "y"));
    assertThatThrownBy(() -> read(true, "Content-Type: text/html\n\n"))
        .hasMessage("its answer does not begin with a status line");
  }

  @Test
  void whatIsNoHeaderIsRefused() {
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("<html>\n\n", "a line of its header is not 'Name: value'");
    wrong.put("A B: c\n\n", "a line of its header is not 'Name: value'");
    wrong.put("Content-Type : a/b\n\n", "a line of its header is not 'Name: value'");
    wrong.put(": c\n\n", "a line of its header is not 'Name: value'");
    wrong.put("Content-Type: a/b\n folded\n\n", "a line of its header is not 'Name: value'");
    wrong.put("X-A: a\rSet-Cookie: b\n\n", "a control character in the header X-A");
    wrong.put("X-A: a\0b\n\n", "a control character in the header X-A");
    wrong.put("X-A: b\n\n", "its header has neither Content-Type nor Location nor Status");
    wrong.put("\n", "its header has neither Content-Type nor Location nor Status");
    wrong.put("Content-Type: a\nContent-Type: b\n\n", "its header has two fields Content-Type");
    wrong.put("Status: 200\nStatus: 500\n\n", "its header has two fields Status");
    wrong.put("Status: 100 Continue\n\n", "its Status is not from 200 to 599");
    wrong.put("Status: 2000\n\n", "its Status is not from 200 to 599");
    wrong.put("Status: ok\n\n", "its Status is not from 200 to 599");
    wrong.put("Status: 200\nContent-Length: -1\n\n", "its Content-Length is not a number");
    wrong.put("Status: 200\nContent-Length: 0x5\n\n", "its Content-Length is not a number");
    wrong.put("Location: //evil.example/\n\n", "its Location is neither a place of this server");
    wrong.put("Location: /\\evil.example/\n\n", "its Location is neither a place of this server");
    wrong.put("Location: /a b\n\n", "its Location holds a character that an address cannot");
    wrong.put("X: " + "y".repeat(70_000), "its header is longer than 65536 bytes");
    wrong.put("Status: 200\n" + "A: b\n".repeat(201), "its header has more than 200 fields");
    wrong.forEach(
        (text, message) ->
            assertThatThrownBy(() -> read(false, text))
                .as(text.length() > 80 ? message : text)
                .isInstanceOf(CgiFault.class)
                .hasMessageContaining(message));
  }

  @Test
  void arbitraryBytesAreReadOrRefused() {
    Random random = new Random(3875);
    String alphabet = "Status: 200\nLocation:/\r\n\0 Content-Length:9\n\n";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        CgiAnswer answer = new CgiHeader(i % 2 == 0).read(bytes);
        if (answer instanceof CgiAnswer.Document document) {
          assertThat(document.status()).isBetween(200, 599);
        }
      } catch (CgiFault e) {
        assertThat(e).hasMessageNotContaining("\n");
      }
    }
  }
}
