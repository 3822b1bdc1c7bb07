package brig.web.cgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DoorWireTest {
  private static final DoorMessage.Start START =
      new DoorMessage.Start(
          0x01020304, 2, "/a b.cgi", List.of("one", "two"), Map.of("HTTP_HOST", "h\udc80"));

  private static byte[] encode(DoorMessage message) {
    return Objects.requireNonNull(DoorWire.encode(message));
  }

  private static @Nullable DoorMessage start(
      String script, List<String> words, Map<String, String> variables) {
    return DoorWire.decode(encode(new DoorMessage.Start(1, 0, script, words, variables)));
  }

  @Test
  void everyMessageComesAsItWasSent() {
    for (DoorMessage message :
        List.of(
            START,
            new DoorMessage.Start(-1, 65535, "", List.of(), Map.of()),
            new DoorMessage.Stop(7),
            new DoorMessage.Ended(8, DoorMessage.Reason.LATE, "why"))) {
      assertThat(DoorWire.decode(encode(message))).isEqualTo(message);
    }
  }

  @Test
  void whatALoaderOrAShellObeysCannotBeAskedFor() {
    for (String name :
        List.of(
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "PATH",
            "IFS",
            "BASH_ENV",
            "ENV",
            "PERL5OPT",
            "PYTHONPATH",
            "GCONV_PATH",
            "HTTP_PROXY",
            "HTTP_",
            "http_host",
            "HTTP_A=B",
            "HTTP_A\nB",
            "")) {
      assertThat(start("/a", List.of(), Map.of(name, "x"))).as(name).isNull();
    }
    assertThat(start("/a", List.of(), Map.of("HTTP_ACCEPT", "x"))).isNotNull();
  }

  @Test
  void aScriptIsAPlainPath() {
    for (String script :
        List.of("a", "/", "//a", "/a/", "/a//b", "/../a", "/a/../b", "/./a", "/.a", "/a/.")) {
      assertThat(start(script, List.of(), Map.of())).as(script).isNull();
    }
    assertThat(start("/a/b.cgi", List.of(), Map.of())).isNotNull();
  }

  @Test
  void anArgumentIsNoOption() {
    assertThat(start("/a", List.of("-s"), Map.of())).isNull();
  }

  @Test
  void whatIsTooLongIsNotSent() {
    assertThat(
            DoorWire.encode(
                new DoorMessage.Start(
                    1, 0, "/a", List.of(), Map.of("HTTP_A", "x".repeat(DoorWire.MOST)))))
        .isNull();
  }

  @Test
  void aPacketThatIsCutOffOrHasMoreIsNone() {
    byte[] packet = encode(START);
    for (int length = 0; length < packet.length; length++) {
      assertThat(DoorWire.decode(Arrays.copyOf(packet, length))).isNull();
    }
    assertThat(DoorWire.decode(Arrays.copyOf(packet, packet.length + 1))).isNull();
  }

  @Test
  void aNulIsInNoText() {
    byte[] packet = encode(new DoorMessage.Start(1, 0, "/ab", List.of(), Map.of()));
    String text = new String(packet, StandardCharsets.ISO_8859_1).replace("/ab", "/a\0");
    assertThat(DoorWire.decode(text.getBytes(StandardCharsets.ISO_8859_1))).isNull();
  }

  @Test
  void aVariableComesOnce() {
    byte[] packet =
        encode(
            new DoorMessage.Start(
                1, 0, "/a", List.of(), new LinkedHashMap<>(Map.of("HTTP_A", "1", "HTTP_B", "2"))));
    String text = new String(packet, StandardCharsets.ISO_8859_1).replace("HTTP_B", "HTTP_A");
    assertThat(DoorWire.decode(text.getBytes(StandardCharsets.ISO_8859_1))).isNull();
  }

  @Test
  void arbitraryBytesAreUnderstoodOrNot() {
    Random random = new Random(1);
    byte[] good = encode(START);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = random.nextBoolean() ? good.clone() : new byte[random.nextInt(64)];
      if (bytes.length == good.length) {
        for (int n = random.nextInt(4); n >= 0; n--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      } else {
        random.nextBytes(bytes);
      }
      if (DoorWire.decode(bytes) instanceof DoorMessage.Start start) {
        assertThat(start.variables().keySet()).allMatch(DoorWire::isVariable);
        assertThat(start.script()).doesNotContain("/.");
      }
    }
  }
}
