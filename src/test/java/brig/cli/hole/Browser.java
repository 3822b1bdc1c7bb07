package brig.cli.hole;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Debian's Chromium without a display, spoken to over two pipes (--remote-debugging-pipe: JSON, a
 * NUL after each message).
 */
final class Browser implements AutoCloseable {
  private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Starts a command line. */
  @FunctionalInterface
  interface Starter {
    Process start(List<String> command) throws IOException;
  }

  private final Process process;
  private final OutputStream out;
  private String session = "";
  private int number;

  private Browser(Process process) {
    this.process = process;
    this.out = process.getOutputStream();
  }

  /** Starts one that has never been anywhere. */
  static Browser start(Path directory, String languages, Starter starter) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "TMPDIR=$0; export TMPDIR; exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null"
                    + " 2>\"$0/log\"",
                directory.toString(),
                "chromium",
                "--headless=new",
                "--no-sandbox", // it refuses to be root with one
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--no-default-browser-check",
                "--accept-lang=" + languages,
                "--user-data-dir=" + directory + "/profile",
                "--remote-debugging-pipe",
                "about:blank"));
    Browser browser = new Browser(starter.start(command));
    browser.attach();
    return browser;
  }

  private void attach() throws IOException {
    Map<?, ?> made = call("Target.createTarget", "{\"url\":\"about:blank\"}");
    String target = string(made.get("targetId"));
    Map<?, ?> attached =
        call("Target.attachToTarget", "{\"flatten\":true,\"targetId\":" + quoted(target) + "}");
    session = string(attached.get("sessionId"));
  }

  /** Goes to an address, and waits until the page is there. */
  void open(String address) throws Exception {
    value("window.left = true");
    call("Page.navigate", "{\"url\":" + quoted(address) + "}");
    waitForPage();
  }

  /** Its text; what is in frames may still come. */
  private void waitForPage() throws Exception {
    waitFor("!window.left && document.readyState != 'loading' && location.href != 'about:blank'");
  }

  /** Whether scripts of pages run, from the next page on. */
  void scripts(boolean run) throws IOException {
    call("Emulation.setScriptExecutionDisabled", "{\"value\":" + !run + "}");
  }

  void forgetCookies() throws IOException {
    call("Network.clearBrowserCookies", "{}");
  }

  /** What an expression is worth on the page; null too while the page is being left. */
  Object value(String expression) throws IOException {
    Map<?, ?> answer =
        call(
            "Runtime.evaluate",
            "{\"returnByValue\":true,\"expression\":" + quoted(expression) + "}");
    return answer.get("result") instanceof Map<?, ?> result ? result.get("value") : null;
  }

  String text() throws IOException {
    return String.valueOf(value("document.body ? document.body.innerText : ''"));
  }

  void waitFor(String condition) throws Exception {
    long deadline = System.nanoTime() + DEADLINE_NANOS;
    while (!Boolean.TRUE.equals(value("!!(" + condition + ")"))) {
      assertThat(System.nanoTime())
          .as("%s, on %s:\n%s", condition, value("location.href"), text())
          .isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  void waitForText(String text) throws Exception {
    waitFor("document.body && document.body.innerText.includes(" + quoted(text) + ")");
  }

  void fill(String field, String text) throws IOException {
    Object done =
        value(
            "(() => { const e = document.querySelector('[name="
                + field
                + "]'); if (!e) return false; e.focus(); e.value = "
                + quoted(text)
                + "; return true; })()");
    assertThat(done).as(field + " on " + text()).isEqualTo(true);
  }

  /** Chooses a file, as a visitor does in the dialogue that a click opens. */
  void choose(String field, Path file) throws IOException {
    Map<?, ?> answer =
        call(
            "Runtime.evaluate",
            "{\"expression\":"
                + quoted("document.querySelector('input[type=file][name=" + field + "]')")
                + "}");
    Map<?, ?> found = (Map<?, ?>) answer.get("result");
    String object = string(found.get("objectId"));
    call(
        "DOM.setFileInputFiles",
        "{\"files\":[" + quoted(file.toString()) + "],\"objectId\":" + quoted(object) + "}");
  }

  /** Clicks what a selector finds, and waits until it has led to another page. */
  void go(String selector) throws Exception {
    value("window.left = true");
    Object done =
        value(
            "(() => { const e = document.querySelector("
                + quoted(selector)
                + "); if (!e) return false; e.click(); return true; })()");
    assertThat(done).as(selector + " on " + text()).isEqualTo(true);
    waitForPage();
  }

  private Map<?, ?> call(String method, String parameters) throws IOException {
    int id = ++number;
    String message =
        "{\"id\":"
            + id
            + (session.isEmpty() ? "" : ",\"sessionId\":" + quoted(session))
            + ",\"method\":"
            + quoted(method)
            + ",\"params\":"
            + parameters
            + "}\0";
    out.write(message.getBytes(StandardCharsets.UTF_8));
    out.flush();
    while (true) {
      Map<?, ?> answer = (Map<?, ?>) json(message());
      if (answer.get("id") instanceof Number said && said.intValue() == id) {
        // Of a page that is being left there is no result.
        return answer.get("result") instanceof Map<?, ?> result ? result : Map.of();
      }
    }
  }

  private byte[] message() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    int next;
    while ((next = process.getInputStream().read()) > 0) {
      message.write(next);
    }
    assertThat(next).as("the browser has ended").isZero();
    return message.toByteArray();
  }

  private static Object json(byte[] bytes) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(bytes)) {
      parser.nextToken();
      return json(parser);
    }
  }

  private static Object json(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          object.put(name, json(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(json(parser));
        }
        yield array;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      default -> null;
    };
  }

  private static String string(Object value) {
    assertThat(value).isInstanceOf(String.class);
    return (String) value;
  }

  static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  @Override
  public void close() throws Exception {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly().waitFor();
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
