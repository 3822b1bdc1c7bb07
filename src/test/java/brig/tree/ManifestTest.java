package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.linux.FileNames;
import brig.plan.Entry;
import brig.plan.FileStat;
import brig.plan.Plan;
import brig.plan.Reason;
import brig.plan.packages.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final List<Reason> WHY =
      List.of(Reason.root("www.toml:3").then("NEEDED libc.so.6"), Reason.root("odd \"\\\n step"));
  private static final String SHA = "0123456789abcdef".repeat(4);

  private static byte[] written() throws Exception {
    String odd = "/srv/\u00e4\uD83D\uDE00 " + FileNames.decode(new byte[] {'x', (byte) 0xFF});
    FileStat stat =
        new FileStat(FileStat.Type.FILE, 0644, -1, 4, 5, 6, 7, 2, 0, -1_000_000_001L, 3);
    FileStat fifo = new FileStat(FileStat.Type.FIFO, 0620, 5, 6, 0, 6, 8, 1, 0, 77, 3);
    TreeMap<String, Entry> entries = new TreeMap<>();
    for (Entry entry :
        List.of(
            new Entry.Directory("/", 0755, 0, 0, WHY),
            new Entry.Directory("/srv", 01777, 1, 2, WHY),
            new Entry.File(odd, odd, stat, WHY),
            new Entry.File("/srv/b", "/host/b", stat, WHY),
            new Entry.Generated("/srv/made", new byte[7], 0400, 0, 33, WHY),
            new Entry.Link("/srv/link", "..\"/\\x", WHY),
            new Entry.Device("/srv/null", false, 1, 3, 0666, WHY),
            new Entry.File("/srv/pipe", "/host/pipe", fifo, WHY),
            new Entry.Writable("/srv/data", 0750, 33, 33, false, WHY),
            new Entry.Writable("/srv/tmp", 01777, 0, 0, true, WHY),
            new Entry.Socket("/srv/sock", "/run/host.sock", List.of()))) {
      entries.put(entry.path(), entry);
    }
    Plan plan =
        new Plan(
            "www",
            new ArrayList<>(entries.values()),
            List.of(),
            List.of(),
            Fixture.SERVICE,
            List.of());
    List<Change> changes = Changes.of(plan, false, false);
    Digests digests = new Digests();
    for (Change change : changes) {
      digests.put(change.path(), 5, -1_000_000_001L, SHA);
    }
    return ManifestWriter.of(
        new ManifestHead("www", 7, "1970-01-01T00:00:00Z", "plain", 5, -3),
        plan,
        new Seal.Outcome(changes, List.of()),
        digests,
        Map.of("/host/b", new Origin("b", "1:2-3")));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    Manifest manifest = Manifest.parse(written());
    assertThat(manifest.jail()).isEqualTo("www");
    assertThat(manifest.generation()).isEqualTo(7);
    assertThat(manifest.time()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(manifest.entries()).hasSize(11);
    ManifestEntry same = Objects.requireNonNull(manifest.entry("/srv/b"));
    assertThat(same.kind()).isEqualTo(ManifestEntry.Kind.FILE);
    assertThat(same.sameAs()).isNull();
    assertThat(same.uid()).isEqualTo(-1);
    assertThat(same.modifiedNanos()).isEqualTo(-1_000_000_001L);
    assertThat(same.source()).isEqualTo("/host/b");
    assertThat(same.origin()).isEqualTo(new Origin("b", "1:2-3"));
    assertThat(same.sha256()).isEqualTo(SHA);
    assertThat(same.reasons())
        .containsExactly(List.of("www.toml:3", "NEEDED libc.so.6"), List.of("odd \"\\\n step"));
    ManifestEntry odd = manifest.entries().getLast();
    assertThat(odd.path()).endsWith("\uD83D\uDE00 x\uDCFF");
    assertThat(odd.sameAs()).isEqualTo("/srv/b");
    assertThat(Objects.requireNonNull(manifest.entry("/srv/null")).device())
        .isEqualTo(new ManifestEntry.Device(false, 1, 3));
    assertThat(Objects.requireNonNull(manifest.entry("/srv/link")).target()).isEqualTo("..\"/\\x");
    assertThat(Objects.requireNonNull(manifest.entry("/srv/tmp")).kind())
        .isEqualTo(ManifestEntry.Kind.TEMPORARY);
    assertThat(Objects.requireNonNull(manifest.entry("/srv/pipe")).modifiedNanos()).isEqualTo(77);
    assertThat(manifest.entry("/srv/none")).isNull();
  }

  @Test
  void whatIsCutShortAnywhereIsRefused() throws Exception {
    byte[] whole = written();
    for (int length = 0; length < whole.length - 1; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Manifest.parse(cut))
          .as("cut at " + length)
          .isInstanceOf(ManifestParser.BrokenException.class);
    }
  }

  private static void refused(String part, String instead, String message) throws Exception {
    String text = new String(written(), StandardCharsets.UTF_8);
    assertThat(text).contains(part);
    byte[] changed = text.replace(part, instead).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Manifest.parse(changed)).hasMessage(message);
  }

  @Test
  void whatNoBuildWritesIsRefusedWithItsLine() throws Exception {
    refused("\"format\":2", "\"format\":3", "line 1: it is of format 3, this Brig reads 2 only");
    refused(
        "\"/srv/made\"", "\"/srv/../made\"", "line 7: \"path\" is not an absolute, normal path");
    refused("\"/srv/made\"", "\"/srv/a\"", "line 7: the entries are not sorted");
    refused("\"size\":7", "\"size\":-7", "line 7: \"size\" is out of range");
    refused("\"size\":7", "\"size\":7e9", "line 7: '}' is expected");
    refused("\"size\":7", "\"size\":7,\"size\":7", "line 7: \"size\" stands there twice");
    refused("\"size\":7", "\"size\":\"7\"", "line 7: \"size\" is missing or not a number");
    refused("\"size\":7", "\"size\":77777777777777777777", "line 7: a number is too large");
    refused("\"mode\":\"0400\"", "\"mode\":\"0888\"", "line 7: \"mode\" is not an octal mode");
    refused("\"generated\"", "\"conjured\"", "line 7: its kind is not known");
    refused(",\"target\"", ",\"other\"", "line 6: \"target\" is missing");
    refused("\"target\"", "\"extra\":1,\"target\"", "line 6: \"extra\" is not known here");
    refused("\"..\\\"", "\"\\n..\\\"", "line 6: an escape is not known");
    refused("\n]}\n", "\n]}\nmore", "line 14: something follows its end");
    refused(SHA, SHA.replace('a', 'A'), "line 4: \"sha256\" is not one");
  }
}
