package brig.hole.session;

import static org.assertj.core.api.Assertions.assertThat;

import brig.hole.session.SessionBook.LogIn;
import brig.hole.session.SessionBook.Opened;
import brig.report.BrigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What holds of sessions wherever they are stored. */
abstract class SessionBookContract {
  static final SessionLimits LIMITS =
      new SessionLimits(
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(1),
          Duration.ofHours(1),
          3,
          false,
          4,
          3,
          Duration.ofMinutes(15));

  abstract SessionStore store();

  /** Lets time go by for the store. */
  abstract void pass(Duration time) throws Exception;

  private SessionBook book() {
    return new SessionBook(store(), LIMITS);
  }

  private Opened logIn(String account) throws BrigException {
    Opened opened = (Opened) book().logIn(null, account, "192.0.2.1");
    assertThat(opened).isNotNull();
    return opened;
  }

  @Test
  void aLoginIsFoundByItsTokenAndByNoOther() throws Exception {
    Opened opened = logIn("anne");
    Session session = book().resume(opened.token());
    assertThat(session).isNotNull();
    assertThat(session.account()).isEqualTo("anne");
    assertThat(session.loggedIn()).isTrue();
    assertThat(session.peer()).isEqualTo("192.0.2.1");
    assertThat(book().resume(Token.fresh())).isNull();
  }

  @Test
  void theStoreHoldsNoToken() throws Exception {
    Opened opened = logIn("anne");
    book().hold(opened.token(), Map.of("account", List.of("4711")));
    for (Row row : store().withPrefix("")) {
      assertThat(row.key() + new String(row.body(), java.nio.charset.StandardCharsets.ISO_8859_1))
          .doesNotContain(opened.token().text());
    }
  }

  @Test
  void hostile27_aTokenThatWasPlantedBeforeTheLoginIsWorthNothingAfterIt() throws Exception {
    Token planted = Token.fresh();
    book().hold(planted, Map.of("seen", List.of("yes")));
    Opened opened = (Opened) book().logIn(planted, "anne", "");
    assertThat(opened).isNotNull();
    assertThat(opened.token()).isNotEqualTo(planted);
    assertThat(book().resume(planted)).isNull();
    Session session = book().resume(opened.token());
    assertThat(session).isNotNull();
    assertThat(session.held()).containsEntry("seen", List.of("yes"));
  }

  @Test
  void loggingInAnewEndsTheOtherAccountsSessionAndTakesNothingOfItAlong() throws Exception {
    Opened first = logIn("anne");
    book().hold(first.token(), Map.of("account", List.of("of anne")));
    Opened second = (Opened) book().logIn(first.token(), "bob", "");
    assertThat(second).isNotNull();
    assertThat(book().resume(first.token())).isNull();
    assertThat(second.session().held()).isEmpty();
  }

  @Test
  void aRotatedTokenTakesThePlaceOfTheOldOne() throws Exception {
    Opened first = logIn("anne");
    Opened second = book().rotate(first.token());
    assertThat(second).isNotNull();
    assertThat(book().resume(first.token())).isNull();
    assertThat(second.session().id()).isEqualTo(first.session().id());
    assertThat(book().rotate(first.token())).isNull();
  }

  @Test
  void aSessionEndsWhenItWasIdleForTooLong() throws Exception {
    Opened opened = logIn("anne");
    pass(Duration.ofMinutes(29));
    assertThat(book().resume(opened.token())).isNotNull();
    pass(Duration.ofMinutes(29));
    assertThat(book().resume(opened.token())).isNotNull();
    pass(Duration.ofMinutes(30));
    assertThat(book().resume(opened.token())).isNull();
  }

  @Test
  void aSessionEndsAtItsAbsoluteLimitHoweverBusy() throws Exception {
    Opened opened = logIn("anne");
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofMinutes(20));
      assertThat(book().resume(opened.token())).isNotNull();
    }
    pass(Duration.ofMinutes(20));
    assertThat(book().resume(opened.token())).isNull();
  }

  @Test
  void rotationDoesNotLengthenTheAbsoluteLimit() throws Exception {
    Token token = logIn("anne").token();
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofMinutes(20));
      Opened rotated = book().rotate(token);
      assertThat(rotated).isNotNull();
      token = rotated.token();
    }
    pass(Duration.ofMinutes(20));
    assertThat(book().resume(token)).isNull();
  }

  @Test
  void logoutEndsTheSessionHereAndNotOnlyInTheBrowser() throws Exception {
    Opened opened = logIn("anne");
    assertThat(book().logOut(opened.token())).isTrue();
    assertThat(book().resume(opened.token())).isNull();
    assertThat(book().logOut(opened.token())).isFalse();
  }

  @Test
  void anAdministratorSeesAllSessionsAndEndsOneByItsId() throws Exception {
    Opened anne = logIn("anne");
    Opened bob = logIn("bob");
    assertThat(book().live()).extracting(Session::account).contains("anne", "bob");
    assertThat(book().end(anne.session().id())).isTrue();
    assertThat(book().resume(anne.token())).isNull();
    assertThat(book().resume(bob.token())).isNotNull();
    assertThat(book().end(anne.session().id())).isFalse();
  }

  @Test
  void aDisabledAccountLosesAllSessionsAndCannotLogInUntilItIsEnabled() throws Exception {
    Opened first = logIn("anne");
    Opened second = logIn("anne");
    Opened bob = logIn("bob");
    assertThat(book().disable("anne")).isEqualTo(2);
    assertThat(book().resume(first.token())).isNull();
    assertThat(book().resume(second.token())).isNull();
    assertThat(book().logIn(null, "anne", "")).isInstanceOf(LogIn.Disabled.class);
    pass(Duration.ofDays(400));
    assertThat(book().logIn(null, "anne", "")).isInstanceOf(LogIn.Disabled.class);
    assertThat(book().resume(bob.token())).isNull();
    book().enable("anne");
    assertThat(book().logIn(null, "anne", "")).isInstanceOf(Opened.class);
  }

  @Test
  void oneLoginTooManyEndsTheSessionThatWasIdleLongest() throws Exception {
    List<Opened> opened = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      opened.add(logIn("anne"));
      pass(Duration.ofMinutes(2));
    }
    assertThat(book().resume(opened.getFirst().token())).isNotNull(); // used again
    Opened fourth = logIn("anne");
    assertThat(book().resume(opened.get(1).token())).isNull();
    assertThat(book().resume(opened.get(0).token())).isNotNull();
    assertThat(book().resume(opened.get(2).token())).isNotNull();
    assertThat(book().resume(fourth.token())).isNotNull();
  }

  @Test
  void whereMoreAreRefusedTheLoginsThatAreThereGoOn() throws Exception {
    SessionLimits refusing =
        new SessionLimits(
            LIMITS.idle(),
            LIMITS.absolute(),
            LIMITS.rotate(),
            LIMITS.form(),
            1,
            true,
            4,
            3,
            LIMITS.longestWait());
    SessionBook book = new SessionBook(store(), refusing);
    Opened first = (Opened) book.logIn(null, "anne", "");
    assertThat(book.logIn(null, "anne", "")).isInstanceOf(LogIn.Full.class);
    assertThat(book.resume(first.token())).isNotNull();
    assertThat(book.logIn(first.token(), "anne", "")).isInstanceOf(Opened.class);
  }

  @Test
  void aTokenIsDueForAnotherOneAfterItsTime() throws Exception {
    Opened opened = logIn("anne");
    for (int i = 0; i < 3; i++) {
      pass(Duration.ofMinutes(20));
      Session session = book().resume(opened.token());
      assertThat(session).isNotNull();
      assertThat(book().isDue(session)).isEqualTo(i == 2);
    }
    Opened rotated = book().rotate(opened.token());
    assertThat(rotated).isNotNull();
    assertThat(book().isDue(rotated.session())).isFalse();
  }

  @Test
  void loginsAtTheSameMomentDoNotOvershootTheLimit() throws Exception {
    inParallel(8, () -> logIn("anne"));
    assertThat(store().ofOwner("anne")).hasSize(3);
  }

  @Test
  void hostile27_aFormIsTakenOnce() throws Exception {
    Token token = logIn("anne").token();
    String nonce = book().showForm(token, "report");
    assertThat(book().knowForm(token, "report", nonce)).isEqualTo(FormAnswer.TAKEN);
    assertThat(book().takeForm(token, "report", nonce)).isEqualTo(FormAnswer.TAKEN);
    assertThat(book().takeForm(token, "report", nonce)).isEqualTo(FormAnswer.SENT_BEFORE);
    assertThat(book().knowForm(token, "report", nonce)).isEqualTo(FormAnswer.SENT_BEFORE);
  }

  @Test
  void hostile27_aFormThatIsSentManyTimesAtTheSameMomentIsTakenOnce() throws Exception {
    Token token = logIn("anne").token();
    String nonce = book().showForm(token, "report");
    List<FormAnswer> answers = inParallel(8, () -> book().takeForm(token, "report", nonce));
    assertThat(answers).containsOnlyOnce(FormAnswer.TAKEN);
  }

  @Test
  void hostile27_aFormOfAnotherVisitorIsForged() throws Exception {
    Token anne = logIn("anne").token();
    Token eve = logIn("eve").token();
    String nonce = book().showForm(eve, "report");
    assertThat(book().takeForm(anne, "report", nonce)).isEqualTo(FormAnswer.FORGED);
    assertThat(book().takeForm(eve, "transfer", nonce)).isEqualTo(FormAnswer.FORGED);
    assertThat(book().takeForm(anne, "report", "")).isEqualTo(FormAnswer.FORGED);
  }

  @Test
  void aFormThatLayAroundForTooLongIsNotTaken() throws Exception {
    Token token = Token.fresh();
    String nonce = book().showForm(token, "report");
    pass(Duration.ofMinutes(61));
    assertThat(book().takeForm(token, "report", nonce)).isEqualTo(FormAnswer.TOO_OLD);
  }

  @Test
  void aVisitorWhoHasNotLoggedInSendsAFormOnceToo() throws Exception {
    Token visitor = Token.fresh();
    String nonce = book().showForm(visitor, "login");
    assertThat(book().resume(visitor)).as("nothing is stored for a look").isNull();
    assertThat(book().takeForm(visitor, "login", nonce)).isEqualTo(FormAnswer.TAKEN);
    assertThat(book().takeForm(visitor, "login", nonce)).isEqualTo(FormAnswer.SENT_BEFORE);
  }

  @Test
  void manyFormsSentDoNotMakeASessionGrowAndNoneIsTakenTwice() throws Exception {
    Token token = logIn("anne").token();
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String nonce = book().showForm(token, "report");
      assertThat(book().takeForm(token, "report", nonce)).isEqualTo(FormAnswer.TAKEN);
      sent.add(nonce);
      pass(Duration.ofMillis(10));
    }
    Session session = book().resume(token);
    assertThat(session).isNotNull();
    assertThat(session.spent()).hasSizeLessThanOrEqualTo(Session.MAX_SPENT);
    for (String nonce : List.of(sent.getFirst(), sent.get(150), sent.getLast())) {
      assertThat(book().takeForm(token, "report", nonce)).isNotEqualTo(FormAnswer.TAKEN);
    }
  }

  @Test
  void valuesAreHeldReplacedAndForgotten() throws Exception {
    Token token = logIn("anne").token();
    book().hold(token, Map.of("account", List.of("1", "2"), "year", List.of("1999")));
    book().hold(token, Map.of("account", List.of("3"), "year", List.of()));
    Session session = book().resume(token);
    assertThat(session).isNotNull();
    assertThat(session.held()).containsOnly(Map.entry("account", List.of("3")));
  }

  @Test
  void valuesThatAreHeldAtTheSameMomentAreAllHeld() throws Exception {
    Token token = logIn("anne").token();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String name = "name" + i;
      calls.add(() -> book().hold(token, Map.of(name, List.of("x"))));
    }
    inParallel(calls);
    Session session = book().resume(token);
    assertThat(session).isNotNull();
    assertThat(session.held()).hasSize(8);
  }

  @Test
  void tooMuchIsNotHeldAndChangesNothing() throws Exception {
    Token token = logIn("anne").token();
    book().hold(token, Map.of("account", List.of("1")));
    assertThat(book().hold(token, Map.of("big", List.of("x".repeat(200_000))))).isFalse();
    Session session = book().resume(token);
    assertThat(session).isNotNull();
    assertThat(session.held()).containsOnly(Map.entry("account", List.of("1")));
  }

  @Test
  void guessingMakesTheAccountWaitTwiceAsLongEachTime() throws Exception {
    LoginThrottle throttle = new LoginThrottle(store(), LIMITS);
    for (int i = 0; i < 4; i++) {
      assertThat(throttle.attempt("anne", "")).isZero();
    }
    assertThat(throttle.attempt("anne", "")).isBetween(1L, 1000L);
    pass(Duration.ofSeconds(1));
    assertThat(throttle.attempt("anne", "")).isZero();
    assertThat(throttle.attempt("anne", "")).isBetween(1001L, 2000L);
    assertThat(throttle.attempt("bob", "")).isZero();
    for (int i = 0; i < 30; i++) {
      pass(Duration.ofMinutes(15));
      assertThat(throttle.attempt("anne", "")).isZero();
    }
    assertThat(throttle.attempt("anne", "")).isBetween(800_000L, 900_000L);
  }

  @Test
  void aGoodLoginForgetsTheAccountsFailures() throws Exception {
    LoginThrottle throttle = new LoginThrottle(store(), LIMITS);
    for (int i = 0; i < 20; i++) {
      assertThat(throttle.attempt("anne", "192.0.2.1")).isZero();
      throttle.succeeded("anne", "192.0.2.1");
    }
    assertThat(throttle.attempt("anne", "192.0.2.1")).isZero();
  }

  @Test
  void guessesForManyAccountsFromOnePeerMakeThePeerWait() throws Exception {
    LoginThrottle throttle = new LoginThrottle(store(), LIMITS);
    for (int i = 0; i < 31; i++) {
      assertThat(throttle.attempt("account" + i, "192.0.2.66")).isZero();
    }
    assertThat(throttle.attempt("another", "192.0.2.66")).isPositive();
    assertThat(throttle.attempt("another", "192.0.2.1")).isZero();
  }

  @Test
  void guessesAtTheSameMomentAreAllCounted() throws Exception {
    LoginThrottle throttle = new LoginThrottle(store(), LIMITS);
    List<Long> waits = inParallel(12, () -> throttle.attempt("anne", ""));
    assertThat(waits.stream().filter(wait -> wait == 0)).hasSize(4);
  }

  @Test
  void whatHasExpiredIsForgottenAndVisitorsAreKeptBelowTheirLimit() throws Exception {
    Opened anne = logIn("anne");
    pass(Duration.ofMinutes(29));
    book().resume(anne.token());
    for (int i = 0; i < 9; i++) {
      book().hold(Token.fresh(), Map.of("a", List.of("b")));
    }
    book().sweep();
    assertThat(store().ofOwner(""))
        .extracting(Row::key)
        .filteredOn(k -> k.startsWith("s:"))
        .hasSize(4);
    assertThat(book().resume(anne.token())).isNotNull();
    pass(Duration.ofDays(2));
    book().sweep();
    assertThat(book().live()).isEmpty();
  }

  private static <T> List<T> inParallel(int threads, Callable<T> call) throws Exception {
    return inParallel(java.util.Collections.nCopies(threads, call));
  }

  private static <T> List<T> inParallel(List<Callable<T>> calls) throws Exception {
    CountDownLatch ready = new CountDownLatch(calls.size());
    List<Future<T>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
      for (Callable<T> call : calls) {
        futures.add(
            threads.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  return call.call();
                }));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> future : futures) {
        answers.add(future.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
