package brig.hole.visit;

import brig.hole.form.FormNames;
import brig.hole.form.JobForm;
import brig.hole.form.JobJson;
import brig.hole.job.Field;
import brig.hole.job.FieldCheck;
import brig.hole.job.FieldError;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.job.Kept;
import brig.hole.job.Languages;
import brig.hole.job.Step;
import brig.hole.job.Value;
import brig.hole.session.FormAnswer;
import brig.hole.session.LoginThrottle;
import brig.hole.session.Session;
import brig.hole.session.SessionBook;
import brig.hole.session.SessionBook.LogIn;
import brig.hole.session.SessionBook.Opened;
import brig.hole.session.SessionLimits;
import brig.hole.session.SessionStore;
import brig.hole.wire.Bytes;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.report.BrigException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A hole's visitors. The listener asks here before it runs anything ({@link #admit}) and tells how
 * that ended ({@link #done}); what must not be forged is checked here, whatever the web side did.
 * Every method may wait for a disk or a database.
 */
public final class Visits {
  private static final int LONGEST_PEER = 64;

  private final SessionBook book;
  private final LoginThrottle throttle;
  private final SessionStore store;
  private final Pocket pocket;

  public Visits(SessionStore store, SessionLimits limits) {
    this(store, limits, new Pocket(limits.form().toMillis()));
  }

  private Visits(SessionStore store, SessionLimits limits, Pocket pocket) {
    this.store = store;
    this.book = new SessionBook(store, limits);
    this.throttle = new LoginThrottle(store, limits);
    this.pocket = pocket;
  }

  /** The same visitors, and what they have given so far, under other limits from now on. */
  public Visits with(SessionLimits limits) {
    return new Visits(store, limits, pocket);
  }

  /** Forgets what has expired. To be called once in a while. */
  public void sweep() throws BrigException {
    book.sweep();
    pocket.tidy();
  }

  public SessionBook sessions() {
    return book;
  }

  /** Describes a job, or all of them. That the caller may know of it was checked before. */
  public Described describe(Hole hole, Request request) throws BrigException {
    String language = Languages.choose(hole.languages(), request.language());
    boolean html = request.describe() == null || request.describe().isHtml();
    if (request.job() == null) {
      return new Described(
          null,
          JobJson.list(hole, language),
          html ? JobForm.list(hole, language) : "",
          html,
          End.of(Reason.DONE));
    }
    Job job = hole.job(request.job());
    if (job == null) {
      return new Described(null, "", "", html, End.of(Reason.REFUSED));
    }
    Visitor visitor = Visitor.of(request, book).rotated(book);
    if (needsLogin(job) && !visitor.loggedIn()) {
      return new Described(
          null,
          JobJson.login(hole, language),
          "",
          html,
          End.of(Reason.LOGIN).saying(FormNotice.LOG_IN.in(language)));
    }
    return new Showing(hole, job, request, visitor, book, pocket, language).describe(html);
  }

  private static boolean needsLogin(Job job) {
    return switch (job.session()) {
      case NEEDS, ENDS -> true;
      case NONE, BEGINS -> false;
    };
  }

  /**
   * Decides whether a job may run for a request. When it may, the form that was sent has been used
   * up.
   *
   * <p>A job that has to do with sessions takes nothing but a form that was shown to this very
   * visitor; for another one it is enough when none is sent along, but one that is must be good.
   *
   * @param peer who called, for slowing down those who guess; what the web side says of its visitor
   *     comes before it
   */
  public Admission admit(Hole hole, Job job, Request request, String peer) throws BrigException {
    String language = Languages.choose(hole.languages(), request.language());
    Visitor visitor = Visitor.of(request, book);
    if (needsLogin(job) && !visitor.loggedIn()) {
      return denied(End.of(Reason.LOGIN).saying(FormNotice.LOG_IN.in(language)));
    }
    Sent sent = Sent.of(request);
    boolean asksForm = job.session() != Job.SessionUse.NONE || !sent.nonce().isEmpty();
    if (asksForm) {
      FormAnswer answer = book.knowForm(visitor.token(), job.name(), sent.nonce());
      if (answer != FormAnswer.TAKEN) {
        return denied(End.of(Reason.INVALID).saying(FormNotice.of(answer).in(language)));
      }
    }
    if (!job.pages().isEmpty() && !sent.go().equals(FormNames.SEND)) {
      // Another page is wanted, whatever the client takes it for: it asks for the form again.
      return denied(End.of(Reason.INVALID));
    }
    Wizard wizard = new Wizard(job, visitor.session(), pocket, request);
    FieldCheck.Outcome outcome =
        FieldCheck.check(
            job, wizard.values(null), wizard.sections(null), Held.kept(visitor.session()));
    Map<String, FieldError> errors = new LinkedHashMap<>(wizard.lost());
    if (outcome instanceof FieldCheck.Outcome.Bad bad) {
      bad.errors().forEach(errors::putIfAbsent);
    }
    if (!errors.isEmpty() || !(outcome instanceof FieldCheck.Outcome.Good good)) {
      Map<String, String> wrong = new LinkedHashMap<>();
      errors.forEach((name, error) -> wrong.put(name, error.in(hole, language)));
      return new Admission.Denied(wrong, End.of(Reason.INVALID));
    }
    String said = sent.own().getOrDefault(FormNames.PEER, "");
    String from = said.isEmpty() || said.length() > LONGEST_PEER ? peer : said;
    return granted(job, visitor, sent, asksForm, good, language, from);
  }

  private Admission granted(
      Job job,
      Visitor visitor,
      Sent sent,
      boolean asksForm,
      FieldCheck.Outcome.Good good,
      String language,
      String peer)
      throws BrigException {
    String guessed = null;
    if (job.session() == Job.SessionUse.BEGINS) {
      guessed = guessed(job, good);
      long wait = throttle.attempt(guessed, peer);
      if (wait > 0) {
        String seconds = Long.toString((wait + 999) / 1000);
        return denied(End.of(Reason.REFUSED).saying(FormNotice.WAIT.in(language, seconds)));
      }
    }
    if (asksForm) {
      FormAnswer answer = book.takeForm(visitor.token(), job.name(), sent.nonce());
      if (answer != FormAnswer.TAKEN) {
        return denied(End.of(Reason.INVALID).saying(FormNotice.of(answer).in(language)));
      }
    }
    return new Admission.Granted(
        good.values(),
        language,
        visitor.account(),
        new Admission.Pass(visitor.token(), !visitor.isNew(), language, guessed, peer));
  }

  private static Admission denied(End end) {
    return new Admission.Denied(Map.of(), end);
  }

  /** For whom a password is tried: the field that names the user, or else the first text. */
  private static String guessed(Job job, FieldCheck.Outcome.Good good) {
    Step authorize = job.authorizeStep();
    if (authorize != null && authorize.names() instanceof Step.UserNamedBy.OfField(String field)) {
      return value(good, field);
    }
    for (Field field : job.fields()) {
      if (field instanceof Field.Text) {
        return value(good, field.name());
      }
    }
    return "";
  }

  private static String value(FieldCheck.Outcome.Good good, String field) {
    Value value = good.values().get(field);
    return value == null ? "" : value.text();
  }

  /**
   * Does to the session what a job that has succeeded does to it.
   *
   * @param user who the authorize step says that the visitor is; empty where the job begins no
   *     session
   * @param kept what the keep step wrote; null: there is none
   */
  public Afterwards done(Hole hole, Job job, Admission.Pass pass, String user, @Nullable Bytes kept)
      throws BrigException {
    List<Field.Option> options = null;
    if (kept != null) {
      options = Kept.parse(kept);
      if (options == null) {
        return failed(pass, FormNotice.NOT_KEPT);
      }
    }
    String told = null;
    Opened opened = null;
    switch (job.session()) {
      case BEGINS -> {
        switch (logIn(pass, user)) {
          case Opened in -> opened = in;
          case LogIn.Disabled _ -> {
            return failed(pass, FormNotice.DISABLED);
          }
          case LogIn.Full _ -> {
            return failed(pass, FormNotice.FULL);
          }
        }
        told = opened.token().text();
      }
      case ENDS -> {
        Session ended = book.resume(pass.token);
        if (ended != null) {
          Wizard.forgetAll(ended, pocket);
        }
        book.logOut(pass.token);
      }
      case NONE, NEEDS -> {}
    }
    if (job.session() != Job.SessionUse.ENDS) {
      Map<String, List<String>> changes = new LinkedHashMap<>();
      Session session = opened != null ? opened.session() : book.resume(pass.token);
      if (session != null) {
        changes.putAll(Wizard.forgotten(job, session, pocket));
      }
      if (options != null) {
        changes.putAll(Held.keep(job, options));
        if (told == null && !pass.isVisitorKnown) {
          told = pass.token.text();
        }
      }
      if (!changes.isEmpty() && !book.hold(opened == null ? pass.token : opened.token(), changes)) {
        return failed(pass, FormNotice.NOT_KEPT);
      }
    }
    String next = job.next().isEmpty() ? "" : JobJson.next(hole, job, pass.language);
    return new Afterwards(told, next, null);
  }

  private LogIn logIn(Admission.Pass pass, String user) throws BrigException {
    LogIn answer = book.logIn(pass.token, user, pass.peer);
    if (pass.guessed != null && answer instanceof Opened) {
      throttle.succeeded(pass.guessed, pass.peer);
    }
    return answer;
  }

  private static Afterwards failed(Admission.Pass pass, FormNotice notice) {
    return new Afterwards(null, "", End.of(Reason.REFUSED).saying(notice.in(pass.language)));
  }
}
