package brig.web.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Malformed, smuggled, oversized, slow and climbing requests, to a running {@code brig serve}. */
@Tag("root")
class RawSocketTest {
  private static final String SECRET = "a secret outside of the site";

  @TempDir Path directory;

  private Served serve() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path site = Files.createDirectory(directory.resolve("site"));
    Files.writeString(site.resolve("index.html"), "the page\n");
    Files.writeString(site.resolve(".hidden"), SECRET);
    Files.writeString(directory.resolve("secret.txt"), SECRET);
    Files.createSymbolicLink(site.resolve("link-out"), Path.of("/etc"));
    Files.createSymbolicLink(site.resolve("link-up"), Path.of(".."));
    return Served.start(
        directory,
        "root = \"" + site + "\"",
        "[limits]",
        "header_timeout = \"1s\"",
        "idle_timeout = \"2s\"");
  }

  @Test
  void everyCaseHasItsRightStatusAndTheServerIsUnharmed() throws Exception {
    List<RawCase> cases = RawCases.all();
    assertThat(cases).hasSizeGreaterThanOrEqualTo(200);
    List<String> wrong = new ArrayList<>();
    try (Served served = serve()) {
      for (RawCase one : cases) {
        String answer = served.say(one.sent());
        String fault = fault(one, answer);
        if (fault != null) {
          wrong.add(one + ": " + fault);
        }
        if (!served.get("/index.html").endsWith("\r\n\r\nthe page\n")) {
          wrong.add(one + ": the server is harmed");
        }
      }
      assertThat(wrong).isEmpty();
      assertThat(served.process().isAlive()).isTrue();
      assertThat(served.output()).doesNotContain("\tat ", "Exception");
    }
  }

  private static @Nullable String fault(RawCase one, String answer) {
    int status = 0;
    if (!answer.isEmpty()) {
      if (!answer.startsWith("HTTP/1.1 ") || answer.length() < 12) {
        return "no answer of HTTP: " + answer.substring(0, Math.min(60, answer.length()));
      }
      status = Integer.parseInt(answer.substring(9, 12));
    }
    if (!one.right().contains(status)) {
      return "answered " + status + ", right is " + one.right();
    }
    if (answer.contains(SECRET) || answer.contains("root:x:0")) {
      return "something secret is in the answer";
    }
    if (answer.contains("X-Secret: mirror")) {
      return "the request is in the answer";
    }
    int answers = 0;
    for (int at = answer.indexOf("HTTP/1.1 "); at >= 0; at = answer.indexOf("HTTP/1.1 ", at + 1)) {
      boolean interim = answer.startsWith("HTTP/1.1 100", at);
      answers += interim ? 0 : 1;
    }
    return answers > one.answers() ? answers + " answers to one request" : null;
  }
}
