package brig.hole.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.hole.session.SessionDesk.Verb;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionDeskTest {
  @TempDir Path directory;
  private FileStore store;
  private SessionBook book;
  private SessionDesk desk;

  @BeforeEach
  void open() throws Exception {
    store = FileStore.open(directory + "/sessions", InstantSource.system());
    book = new SessionBook(store, SessionLimits.USUAL);
    desk = SessionDesk.open(path(), name -> name.equals("budget") ? store : null);
  }

  @AfterEach
  void close() throws Exception {
    desk.close();
    store.close();
  }

  private String path() {
    return directory + "/desk";
  }

  private Token logIn(String account) throws Exception {
    return ((SessionBook.Opened) book.logIn(null, account, "192.0.2.1")).token();
  }

  private List<String> ask(Verb verb, String argument) throws Exception {
    return SessionDesk.ask(path(), "budget", verb, argument);
  }

  @Test
  void sessionsAreListedWithoutTheirTokens() throws Exception {
    Token token = logIn("Anne\tB.");
    List<String> lines = ask(Verb.LIST, "");
    assertThat(lines).hasSize(1);
    SessionLine line = SessionLine.read(lines.getFirst());
    assertThat(line.account()).isEqualTo("Anne B.");
    assertThat(line.peer()).isEqualTo("192.0.2.1");
    assertThat(line.created()).isPositive();
    assertThat(lines.getFirst()).doesNotContain(token.text(), token.hash());
  }

  @Test
  void oneIsEndedByItsIdAndAllOfAnAccountByItsName() throws Exception {
    Token anne = logIn("anne");
    Token bob = logIn("bob");
    Token bobToo = logIn("bob");
    Session session = book.resume(anne);
    assertThat(session).isNotNull();
    assertThat(ask(Verb.END, session.id())).containsExactly("1");
    assertThat(ask(Verb.END, session.id())).containsExactly("0");
    assertThat(ask(Verb.END_USER, "bob")).containsExactly("2");
    assertThat(book.resume(anne)).isNull();
    assertThat(book.resume(bob)).isNull();
    assertThat(book.resume(bobToo)).isNull();
  }

  @Test
  void aDisabledAccountIsOutUntilItIsEnabled() throws Exception {
    logIn("anne");
    assertThat(ask(Verb.DISABLE, "anne")).containsExactly("1");
    assertThat(book.logIn(null, "anne", "")).isInstanceOf(SessionBook.LogIn.Disabled.class);
    assertThat(ask(Verb.ENABLE, "anne")).containsExactly("0");
    logIn("anne");
  }

  @Test
  void whatIsWrongIsTold() {
    assertThatThrownBy(() -> SessionDesk.ask(path(), "other", Verb.LIST, ""))
        .hasMessage("there is no hole other.");
    assertThatThrownBy(() -> ask(Verb.END, "a\tb"))
        .hasMessageContaining("there is a tab or a line end in it");
  }

  @Test
  void withoutAListenerThereIsNoAnswer() throws Exception {
    desk.close();
    assertThat(SessionDesk.ask(path(), "budget", Verb.LIST, "")).isNull();
  }
}
