package brig.hole.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.hole.wire.Bytes;
import brig.hole.wire.Description;
import brig.hole.wire.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As root, for the listener gives its doors away. */
@Tag("root")
class HoleClientTest {
  @TempDir Path doors;
  private PlainListener listener;
  private HoleClient hole;

  @BeforeEach
  void open() throws Exception {
    listener = new PlainListener(doors, 0);
    hole = new HoleClient(doors.toString());
  }

  @AfterEach
  void close() throws Exception {
    listener.close();
  }

  @Test
  void aCallGetsOutputErrorsAndItsEnd() throws IOException {
    byte[] large = new byte[150_000];
    HoleAnswer answer =
        hole.call(
            HoleCall.run("report")
                .with("year", "2026")
                .with("x", "é\n\0")
                .withFile("doc", Bytes.of(large))
                .withFile("none", Bytes.NONE)
                .in("fr-CA"));
    assertThat(answer.isDone()).isTrue();
    assertThat(answer.output().utf8())
        .isEqualTo("year=2026\nx=é\n\0\ndoc: 150000 bytes\nnone: 0 bytes\n<b>fr-CA\u001b[2J</b>\n");
    assertThat(answer.errors()).isEqualTo(Bytes.of("a warning\n"));
    assertThat(answer.token()).isNull();
  }

  @Test
  void everyEndIsTold() throws IOException {
    assertThat(hole.call(HoleCall.run("fails")).end().line())
        .isEqualTo("3 0 failed No such account.");
    assertThat(hole.call(HoleCall.run("killed")).end().line()).isEqualTo("137 9 signalled");
    assertThat(hole.call(HoleCall.run("nobody")).end().reason()).isEqualTo(Reason.REFUSED);
    HoleAnswer wrong = hole.call(HoleCall.run("wrong"));
    assertThat(wrong.end().reason()).isEqualTo(Reason.INVALID);
    assertThat(wrong.wrong()).isEqualTo(Map.of("year", "Une année, s'il vous plaît."));
    assertThatThrownBy(() -> hole.call(HoleCall.run("gone")))
        .isInstanceOf(IOException.class)
        .hasMessage("the hole went away before the end");
    assertThatThrownBy(() -> new HoleClient("/none").call(HoleCall.run("report")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aTokenIsSentAndAnotherTakenAndNeverShown() throws IOException {
    HoleAnswer login = hole.call(HoleCall.run("login"));
    assertThat(login.token()).isEqualTo("0123456789abcdefABCDEF");
    assertThat(login.form()).isEqualTo(Bytes.of("{\"next\":[]}"));
    assertThat(login.toString()).doesNotContain("0123456789");
    assertThat(hole.call(HoleCall.run("who").as(login.token())).output().utf8())
        .isEqualTo("token 0123456789abcdefABCDEF\n");
    assertThat(hole.call(HoleCall.run("who")).end().reason()).isEqualTo(Reason.LOGIN);
  }

  @Test
  void outputComesInPiecesWhereItIsWanted() throws IOException {
    AtomicLong count = new AtomicLong();
    HoleAnswer answer = hole.call(HoleCall.run("large"), bytes -> count.addAndGet(bytes.length()));
    assertThat(count).hasValue(2 << 20);
    assertThat(answer.output()).isEqualTo(Bytes.NONE);
    assertThatThrownBy(
            () ->
                hole.call(
                    HoleCall.run("large"),
                    bytes -> {
                      throw new IOException("the disk is full");
                    }))
        .hasMessage("the disk is full");
  }

  @Test
  void aJobIsDescribed() throws IOException {
    HoleAnswer form =
        hole.call(HoleCall.describe("report", Description.HTML_CHECKED).with("year", "7").in("fr"));
    assertThat(form.output().utf8())
        .isEqualTo(
            "<form method=\"post\"><input name=\"year\" value=\"7\"><i>fr html checked</i></form>");
  }
}
