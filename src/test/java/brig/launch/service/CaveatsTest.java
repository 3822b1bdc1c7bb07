package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.spec.JailfileReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The pages of docs/caveats and the table by which messages find them keep in step. */
class CaveatsTest {
  private static final Path PAGES = Path.of("docs/caveats");

  private static List<String> pages() throws IOException {
    try (Stream<Path> all = Files.list(PAGES)) {
      return all.map(page -> page.getFileName().toString().replace(".md", "")).sorted().toList();
    }
  }

  private static String block(String page, String after, String fence) throws IOException {
    String text = Files.readString(PAGES.resolve(page + ".md"));
    int from = text.indexOf(fence + "\n", text.indexOf(after)) + fence.length() + 1;
    return text.substring(from, text.indexOf("```", from));
  }

  @TestFactory
  Stream<DynamicTest> everyMessageOfAPageFindsIt() throws IOException {
    return pages().stream()
        .map(
            page ->
                DynamicTest.dynamicTest(
                    page,
                    () -> {
                      List<String> messages = block(page, "## Messages", "```").lines().toList();
                      assertThat(messages).isNotEmpty();
                      for (String message : messages) {
                        assertThat(Caveats.pagesFor(message)).as(message).contains(page);
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyCureIsGoodForAJailfile() throws IOException {
    return pages().stream()
        .map(
            page ->
                DynamicTest.dynamicTest(
                    page,
                    () -> {
                      String cure = block(page, "## The cure", "```toml");
                      String head = "user = \"www-data\"\n";
                      if (!cure.contains("command")) {
                        head += "command = [\"/usr/sbin/mydaemon\"]\n";
                      }
                      byte[] text = (head + cure).getBytes(StandardCharsets.UTF_8);
                      assertThat(JailfileReader.read("www", "www.toml", text)).isNotNull();
                    }));
  }

  @Test
  void everySayingIsOfAPageAndShownThere() throws IOException {
    Set<Caveats.Saying> shown = new HashSet<>();
    List<String> messages = new ArrayList<>();
    for (String page : pages()) {
      messages.addAll(block(page, "## Messages", "```").lines().toList());
    }
    for (Caveats.Saying saying : Caveats.sayings()) {
      assertThat(pages()).contains(saying.page());
      for (String message : messages) {
        String lower = message.toLowerCase(java.util.Locale.ROOT);
        if (saying.words().stream().allMatch(lower::contains)) {
          shown.add(saying);
        }
      }
    }
    assertThat(shown).containsExactlyInAnyOrderElementsOf(Caveats.sayings());
  }

  @Test
  void whatIsNotKnownPointsNowhere() {
    assertThat(Caveats.pagesFor("Segmentation fault")).isEmpty();
    assertThat(Caveats.pagesFor(List.of("hello", "sh: not found", "sh: not found")))
        .containsExactly("shell");
  }
}
