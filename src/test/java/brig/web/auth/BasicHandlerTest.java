package brig.web.auth;

import static org.assertj.core.api.Assertions.assertThat;

import brig.web.cgi.PlainServer;
import brig.web.inside.Inside;
import brig.web.limits.Gate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BasicHandlerTest {
  private static final String FILE =
      "ann:$2y$05$E89xQJFdC.faFoySfvAMyuWkeuRBi0G6WVWtNpuh4/AB5FZntB1qS\n"; // password

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private PlainServer server() throws Exception {
    Users users =
        Objects.requireNonNull(
            Users.read(
                "users", "a \"b\"", FILE.getBytes(StandardCharsets.UTF_8), new ArrayList<>()));
    Handler inner =
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            String user = String.valueOf(request.getAttribute(Inside.USER));
            Content.Sink.write(response, true, "for " + user, callback);
            return true;
          }
        };
    return new PlainServer(
        new BasicHandler(inner, "a \"b\"", users, new Gate(1, 8, 10_000, threads)));
  }

  private static String ask(PlainServer server, String authorization) throws Exception {
    return server.say(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + authorization + "\r\n");
  }

  private static String basic(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(bytes) + "\r\n";
  }

  @Test
  void whoeverKnowsThePasswordIsLetIn() throws Exception {
    try (PlainServer server = server()) {
      for (int i = 0; i < 3; i++) {
        assertThat(ask(server, basic("ann:password"))).endsWith("\r\n\r\nfor ann");
      }
    }
  }

  @Test
  void whoeverDoesNotIsAskedForIt() throws Exception {
    try (PlainServer server = server()) {
      for (String header :
          new String[] {
            "",
            basic("ann:Password"),
            basic("bob:password"),
            basic("password"),
            basic(":password"),
            basic("ann:pass\nword"),
            "Authorization: Basic !!!\r\n",
            "Authorization: Basic " + "QUFB".repeat(500) + "\r\n",
            "Authorization: Bearer abc\r\n",
            "Authorization: Basic YW5uOv8=\r\n", // not UTF-8
          }) {
        assertThat(ask(server, header))
            .as(header)
            .startsWith("HTTP/1.1 401 ")
            .contains("WWW-Authenticate: Basic realm=\"a \\\"b\\\"\", charset=\"UTF-8\"\r\n")
            .doesNotContain("for ");
      }
    }
  }

  @Test
  void whoeverGuessesIsSlowedDownAndOthersAreNot() throws Exception {
    try (PlainServer server = server()) {
      assertThat(ask(server, basic("ann:password"))).startsWith("HTTP/1.1 200 ");
      String last = "";
      for (int i = 0; i < 12; i++) {
        last = ask(server, basic("ann:guess" + i));
      }
      assertThat(last).startsWith("HTTP/1.1 429 ").contains("Retry-After: ");
      // Even from there, whoever was found right a moment ago.
      assertThat(ask(server, basic("ann:password"))).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void pausesGrowAndEnd() {
    AtomicLong now = new AtomicLong(1);
    Doorkeeper keeper = new Doorkeeper(now::get);
    for (int i = 0; i < 9; i++) {
      keeper.wrong("1.2.3.4");
      assertThat(keeper.pause("1.2.3.4")).isZero();
    }
    long before = 0;
    for (int i = 0; i < 20; i++) {
      keeper.wrong("1.2.3.4");
      long pause = keeper.pause("1.2.3.4");
      assertThat(pause).isBetween(Math.max(1, before), 64L);
      before = pause;
    }
    assertThat(keeper.pause("1.2.3.5")).isZero();
    now.addAndGet(64_000_000_000L);
    assertThat(keeper.pause("1.2.3.4")).isZero();
  }

  @Test
  void whatIsRememberedIsForgottenAndBounded() {
    AtomicLong now = new AtomicLong(1);
    Doorkeeper keeper = new Doorkeeper(now::get);
    Credentials ann = new Credentials("ann", "password");
    keeper.right("1.2.3.4", ann);
    assertThat(keeper.remembers(ann)).isTrue();
    assertThat(keeper.remembers(new Credentials("ann", "passwor"))).isFalse();
    assertThat(keeper.remembers(new Credentials("annp", "assword"))).isFalse();
    now.addAndGet(300_000_000_000L);
    assertThat(keeper.remembers(ann)).isFalse();
    keeper.right("1.2.3.4", ann);
    for (int i = 0; i < 3000; i++) {
      keeper.right("1.2.3.4", new Credentials("user" + i, "x"));
    }
    assertThat(keeper.remembers(ann)).isFalse();
  }
}
