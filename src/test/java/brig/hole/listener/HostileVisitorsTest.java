package brig.hole.listener;

import static brig.hole.listener.ServedHole.begin;
import static brig.hole.listener.ServedHole.frame;
import static brig.hole.listener.ServedHole.go;
import static brig.hole.listener.ServedHole.join;
import static org.assertj.core.api.Assertions.assertThat;

import brig.hole.listener.ServedHole.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Those of the list that concern who a visitor is, and what is made of what programs say. */
@Tag("root")
class HostileVisitorsTest {
  private static final String HOLE =
      """
      callers = ["33"]
      user = "uucp"
      [sessions]
      each_user = 10

      [jobs.login]
      title = "Log in"
      session = "begins"
      fields = [
        { name = "name", type = "text", label = "name" },
        { name = "word", type = "secret", label = "word" },
      ]
      [[jobs.login.steps]]
      role = "authorize"
      command = ["/bin/sh", "-c", "read -r word; [ \\"$word\\" = right ]"]
      input = { lines = ["word"] }
      names_user = "{name}"

      [jobs.id]
      title = "Who is it?"
      session = "needs"
      [[jobs.id.steps]]
      role = "output"
      user = "{session.user}"
      allowed_users = ["nobody", "mail", "daemon"]
      least_uid = 1000
      command = ["/usr/bin/id", "-u"]

      [jobs.who]
      title = "Who is it?"
      session = "needs"
      [[jobs.who.steps]]
      role = "output"
      command = ["/bin/echo", "{session.user}"]

      [jobs.sh]
      title = "A program that does what it is told"
      fifo = true
      fields = [ { name = "x", type = "text", label = "x", max = 1000 } ]
      [[jobs.sh.steps]]
      role = "output"
      command = ["/bin/sh", "-c", "eval \\"$0\\"", "{x}"]
      """;

  @TempDir static Path directory;
  private static ServedHole hole;

  @BeforeAll
  static void open() throws Exception {
    hole = new ServedHole(directory, HOLE).withShellClient();
  }

  @AfterAll
  static void close() throws Exception {
    hole.close();
  }

  /** A form that was shown. */
  private record Shown(String token, String nonce) {}

  private static byte[] token(String token) {
    return token.isEmpty() ? new byte[0] : frame('T', token);
  }

  private static Shown show(String job, String token) throws Exception {
    Answer answer = hole.raw(join(begin(job), token(token), frame('D', "json")));
    Matcher nonce = Pattern.compile("\"nonce\":\"([^\"]+)\"").matcher(answer.output());
    assertThat(nonce.find()).as(answer.output()).isTrue();
    String told = answer.of('N');
    return new Shown(told.isEmpty() ? token : told, nonce.group(1));
  }

  private static Answer send(String job, Shown shown, String... values) throws Exception {
    return hole.raw(
        join(
            begin(job, values), token(shown.token), frame('A', "brig_nonce=" + shown.nonce), go()));
  }

  private static String logIn(String name) throws Exception {
    Answer answer = send("login", show("login", ""), "name=" + name, "word=right");
    assertThat(answer.end()).isEqualTo("0 0 done");
    return answer.of('N');
  }

  private static String who(String token) throws Exception {
    return send("who", show("who", token)).output();
  }

  @Test
  void hostile26_whoeverLogsInRunsNothingAsRootASystemUserOrNobodyKnown() throws Exception {
    assertThat(send("id", show("id", logIn("nobody"))).output()).isEqualTo("65534\n");
    // Two are on the list and below the least number, the others are not on it, or nobody at all.
    for (String name : new String[] {"root", "daemon", "mail", "www-data", "no-such-user", "0"}) {
      Answer answer = send("id", show("id", logIn(name)));
      assertThat(answer.end()).as(name).isEqualTo("111 0 unavailable");
      assertThat(answer.output()).isEmpty();
    }
    assertThat(hole.log()).contains("its user is unknown or not allowed");
    // Who it is cannot be said by a value.
    String token = logIn("daemon");
    for (String value : new String[] {"session_user=nobody", "user=nobody", "uid=65534"}) {
      assertThat(send("id", show("id", token), value).end()).isEqualTo("100 0 invalid");
    }
  }

  @Test
  void hostile27_aTokenThatWasKnownBeforeTheLoginIsWorthNothingAfterIt() throws Exception {
    Shown planted = show("login", "");
    Answer answer = send("login", planted, "name=anne", "word=right");
    String token = answer.of('N');
    assertThat(token).hasSizeGreaterThan(40).isNotEqualTo(planted.token);
    assertThat(who(token)).isEqualTo("anne\n");
    assertThat(hole.raw(join(begin("who"), token(planted.token), go())).end())
        .isEqualTo("100 0 login");
  }

  @Test
  void hostile27_aFormOfAnotherVisitorOrAnotherJobOrNoneRunsNothing() throws Exception {
    String anne = logIn("anne");
    String benoit = logIn("benoit");
    Shown others = new Shown(anne, show("who", benoit).nonce);
    Shown another = new Shown(anne, show("id", anne).nonce);
    Shown none = new Shown(anne, "x".repeat(48));
    for (Shown forged : new Shown[] {others, another, none}) {
      Answer answer = send("who", forged);
      assertThat(answer.end()).isEqualTo("100 0 invalid");
      assertThat(answer.output()).isEmpty();
    }
    assertThat(hole.raw(join(begin("who"), token(anne), go())).end()).isEqualTo("100 0 invalid");
    assertThat(who(anne)).isEqualTo("anne\n");
  }

  @Test
  void hostile27_aFormThatIsSentAgainRunsNothing() throws Exception {
    Shown shown = show("who", logIn("anne"));
    assertThat(send("who", shown).output()).isEqualTo("anne\n");
    Answer again = send("who", shown);
    assertThat(again.end()).isEqualTo("100 0 invalid");
    assertThat(again.of('X')).contains("sent before");
    assertThat(again.output()).isEmpty();
  }

  private static String page(String body, String... variables) throws Exception {
    return hole.inJail(
        "export HTTP_HOST=h REQUEST_METHOD=POST "
            + String.join(" ", variables)
            + "; . /hole.sh; prepare_input() { hole_sent x; hole_value x \"$hole_found\"; };"
            + " show_form() { hole_form sh; }; printf %s '"
            + body
            + "' | hole_cgi sh T");
  }

  @Test
  void hostile27_aPageRunsNothingThatWasSentFromElsewhere() throws Exception {
    assertThat(page("x=echo+came", "HTTP_ORIGIN=http://h")).contains("came\n");
    assertThat(page("x=echo+forged", "HTTP_ORIGIN=http://evil"))
        .contains("This form was not sent from here.")
        .doesNotContain("forged");
  }

  @Test
  void hostile28_markupAndEscapesInOutputArriveAsTextAndSetNoHeader() throws Exception {
    String said = "Set-Cookie:+a%3Db\\r\\n\\r\\n<script>alert(1)<%2Fscript>\\033[2J";
    String page = page("x=printf+%27" + said + "%27");
    assertThat(page.substring(0, page.indexOf("\r\n\r\n"))).doesNotContainIgnoringCase("cookie");
    assertThat(page)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
        .doesNotContain("<script")
        .doesNotContain("\u001b");
    // Through the socket the bytes are what they were: whoever shows them knows where.
    Answer answer = hole.call("sh", "x=printf '\\033[2J<b>'");
    assertThat(answer.of('O').getBytes(StandardCharsets.ISO_8859_1))
        .isEqualTo("\u001b[2J<b>".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(hole.log()).doesNotContain("\u001b");
  }
}
