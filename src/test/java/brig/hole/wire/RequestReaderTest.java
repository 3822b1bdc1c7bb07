package brig.hole.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {
  private static final Caps SMALL = new Caps(3, 20, 2, 10);

  /** Frames as {@code TYPE payload}, parted by bars. */
  private static @Nullable Request read(String frames) throws WireException {
    RequestReader reader = new RequestReader(SMALL);
    for (String text : frames.split("\\|", -1)) {
      byte[] payload = text.substring(1).strip().getBytes(StandardCharsets.UTF_8);
      reader.accept(ClientFrame.of(new Frame(text.charAt(0), Bytes.of(payload))));
    }
    return reader.request();
  }

  @Test
  void aRequestIsWholeWithGoAndNotBefore() throws WireException {
    String before =
        "V1|J report|T 0123456789abcdef|L fr-CA,fr;q=0.9|A year=2026|A who=é|I ab|I c|Zdoc|Z";
    assertThat(read(before)).isNull();
    Request request = read(before + "|G");
    assertThat(request)
        .isEqualTo(
            new Request(
                "report",
                "0123456789abcdef",
                "fr-CA,fr;q=0.9",
                Map.of("year", Bytes.of("2026"), "who", Bytes.of("é")),
                List.of(
                    new Request.Section("doc", Bytes.of("abc")),
                    new Request.Section("", Bytes.NONE)),
                null));
    assertThat(String.valueOf(request)).doesNotContain("0123456789abcdef").doesNotContain("2026");
  }

  @Test
  void aDescriptionStandsInPlaceOfGo() throws WireException {
    Request form = read("V1|J report|D html checked");
    assertThat(form).isNotNull().extracting(Request::describe).isEqualTo(Description.HTML_CHECKED);
    Request list = read("V1|D json");
    assertThat(list).isNotNull().extracting(Request::job).isNull();
  }

  @Test
  void cancelComesAfterGoAndOnce() throws WireException {
    RequestReader reader = new RequestReader(SMALL);
    reader.accept(new ClientFrame.Version(1));
    reader.accept(new ClientFrame.Job("report"));
    reader.accept(new ClientFrame.Go());
    assertThat(reader.isCancelled()).isFalse();
    reader.accept(new ClientFrame.Cancel());
    assertThat(reader.isCancelled()).isTrue();
    assertThatThrownBy(() -> reader.accept(new ClientFrame.Cancel()))
        .hasMessage("a frame C after the request's end");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "J report;a frame J before V",
        "G;a frame G before V",
        "V1|V1;a frame V twice",
        "V2;a frame V whose payload is not the version 1",
        "V1|J a|J a;a frame J twice",
        "V1|T 0123456789abcdef|T 0123456789abcdef;a frame T twice",
        "V1|L fr|L fr;a frame L twice",
        "V1|A a=1|A a=2;a frame A twice of a field",
        "V1|G;a frame G without a job",
        "V1|J a|I x|G;a frame G within an input section",
        "V1|J a|G|A a=1;a frame A after the request's end",
        "V1|J a|G|G;a frame G after the request's end",
        "V1|J a|C;a frame C before the request's end",
        "V1|J a|Gx;a frame G whose payload is not empty",
        "V1|J A;a frame J whose payload is no name of a job",
        "V1|J a/b;a frame J whose payload is no name of a job",
        "V1|J;a frame J whose payload is no name of a job",
        "V1|T short;a frame T whose payload is no token",
        "V1|L f_r;a frame L whose payload names no language",
        "V1|A a;a frame A whose payload is not NAME=VALUE",
        "V1|A =a;a frame A whose payload has no name of a field before '='",
        "V1|A a-b=1;a frame A whose payload has no name of a field before '='",
        "V1|D pdf;a frame D whose payload names no kind of description",
        "V1|X 1;a frame of the unknown type X",
        "V1|A a=1|A b=1|A c=1|A d=1;more than 3 values",
        "V1|A a=12345678901|A b=1234567890;more than 20 bytes of values",
        "V1|I 12345|I 123456;more than 10 bytes of input",
        "V1|Z|Z|Z;more than 2 input sections",
      })
  void whatIsOutOfOrderIsRefused(String frames, String error) {
    assertThatThrownBy(() -> read(frames)).isInstanceOf(WireException.class).hasMessage(error);
  }

  @Test
  void aNameIsNeverLongerThanFortyCharacters() {
    String name = "a".repeat(41);
    assertThatThrownBy(() -> read("V1|J " + name)).hasMessageContaining("no name of a job");
    assertThatThrownBy(() -> read("V1|A " + name + "=1"))
        .hasMessageContaining("no name of a field");
  }

  @Test
  void everyFrameOfAClientIsReadAsItWasWritten() throws WireException {
    List<ClientFrame> frames =
        List.of(
            new ClientFrame.Version(1),
            new ClientFrame.Job("a-b_c9"),
            new ClientFrame.Token("0123456789abcdefGH-_"),
            new ClientFrame.Language("fr"),
            new ClientFrame.Value("a", Bytes.of("=x=\n")),
            new ClientFrame.Input(Bytes.of("x")),
            new ClientFrame.EndOfSection(""),
            new ClientFrame.EndOfSection("doc"),
            new ClientFrame.Go(),
            new ClientFrame.Describe(Description.JSON),
            new ClientFrame.Cancel());
    ByteBuffer stream = ByteBuffer.allocate(1000);
    for (ClientFrame frame : frames) {
      assertThat(frame.type()).isEqualTo(frame.frame().type());
      frame.frame().encode(stream);
    }
    stream.flip();
    FrameDecoder decoder = new FrameDecoder();
    for (ClientFrame frame : frames) {
      Frame read = decoder.next(stream);
      assertThat(read).isNotNull();
      assertThat(ClientFrame.of(java.util.Objects.requireNonNull(read))).isEqualTo(frame);
    }
  }
}
