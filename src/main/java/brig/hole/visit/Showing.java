package brig.hole.visit;

import brig.hole.form.FormNames;
import brig.hole.form.FormView;
import brig.hole.form.JobForm;
import brig.hole.form.JobJson;
import brig.hole.job.FieldCheck;
import brig.hole.job.FieldError;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.job.Kept;
import brig.hole.session.FormAnswer;
import brig.hole.session.SessionBook;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.report.BrigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A form that is shown, for the first time or again; of a wizard, the page before or after. */
final class Showing {
  private final Hole hole;
  private final Job job;
  private final Request request;
  private final Visitor visitor;
  private final SessionBook book;
  private final Pocket pocket;
  private final String language;
  private final Kept kept;
  private final Sent sent;

  private Wizard wizard;
  private String notice = "";
  private Map<String, FieldError> errors = Map.of();
  private int page;

  Showing(
      Hole hole,
      Job job,
      Request request,
      Visitor visitor,
      SessionBook book,
      Pocket pocket,
      String language) {
    this.hole = hole;
    this.job = job;
    this.request = request;
    this.visitor = visitor;
    this.book = book;
    this.pocket = pocket;
    this.language = language;
    this.kept = Held.kept(visitor.session());
    this.sent = Sent.of(request);
    this.page = sent.page(job.pages().size());
    this.wizard = new Wizard(job, visitor.session(), pocket, request);
  }

  Described describe(boolean html) throws BrigException {
    if (request.describe() != null && request.describe().isChecked()) {
      check();
    }
    String nonce = book.showForm(visitor.token(), job.name());
    FormView view =
        new FormView(language, nonce, page, wizard.typed(), errors, wizard.given(), notice, kept);
    return new Described(
        visitor.isNew() ? visitor.token().text() : null,
        JobJson.form(hole, job, view),
        html ? JobForm.html(hole, job, view) : "",
        html,
        End.of(Reason.DONE));
  }

  private void check() throws BrigException {
    FormAnswer answer = book.knowForm(visitor.token(), job.name(), sent.nonce());
    boolean taken = answer == FormAnswer.TAKEN;
    if (!taken) {
      // Nothing of it is held; it is shown, so that the visitor may send it anew.
      notice = FormNotice.of(answer).in(language);
    }
    if (job.pages().isEmpty()) {
      checkAll();
    } else if (sent.go().equals(FormNames.SEND)) {
      // All pages first: what this one gives is taken into the session afterwards.
      checkAll();
      if (taken) {
        hold(errors.keySet(), wizard.withoutLost());
      }
    } else if (taken) {
      turn();
    }
  }

  private void checkAll() {
    Map<String, FieldError> wrong = new LinkedHashMap<>(wizard.lost());
    if (FieldCheck.check(job, wizard.values(null), wizard.sections(null), kept)
        instanceof FieldCheck.Outcome.Bad bad) {
      bad.errors().forEach(wrong::putIfAbsent);
    }
    errors = wrong;
    for (int i = job.pages().size() - 1; i >= 0; i--) {
      if (job.pages().get(i).fields().stream().anyMatch(errors::containsKey)) {
        page = i;
      }
    }
  }

  /** Holds what this page gave, and goes to another. Going back, wrong values are no obstacle. */
  private void turn() throws BrigException {
    List<String> fields = job.pages().get(page).fields();
    boolean back = sent.go().equals(FormNames.BACK);
    Map<String, FieldError> wrong = new LinkedHashMap<>();
    for (Map.Entry<String, FieldError> lost : wizard.lost().entrySet()) {
      if (fields.contains(lost.getKey())) {
        wrong.put(lost.getKey(), lost.getValue());
      }
    }
    if (FieldCheck.checkSome(job, fields, wizard.values(fields), wizard.sections(fields), kept)
        instanceof FieldCheck.Outcome.Bad bad) {
      bad.errors().forEach(wrong::putIfAbsent);
    }
    if (!hold(wrong.keySet(), Map.of())) {
      return;
    }
    if (!back && !wrong.isEmpty()) {
      errors = wrong;
      return;
    }
    page = Math.clamp(page + (back ? -1 : 1), 0, job.pages().size() - 1);
  }

  /**
   * Holds the good values of the page that was sent.
   *
   * @return false when that is too much; the visitor is told
   */
  private boolean hold(Set<String> wrong, Map<String, List<String>> more) throws BrigException {
    List<String> good = new ArrayList<>(job.pages().get(sent.page(job.pages().size())).fields());
    good.removeAll(wrong);
    Map<String, List<String>> changes = new LinkedHashMap<>(more);
    Map<String, List<String>> given = wizard.page(good);
    if (given != null) {
      changes.putAll(given);
    }
    if (given == null || !book.hold(visitor.token(), changes)) {
      notice = FormNotice.TOO_MUCH.in(language);
      return false;
    }
    wizard = new Wizard(job, book.resume(visitor.token()), pocket, request);
    return true;
  }
}
