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
import brig.hole.wire.Bytes;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.report.BrigException;
import java.util.List;
import java.util.Map;

/** A form that is shown, for the first time or again; of a wizard, the page before or after. */
final class Showing {
  private final Hole hole;
  private final Job job;
  private final Request request;
  private final Visitor visitor;
  private final SessionBook book;
  private final String language;
  private final Kept kept;
  private final Sent sent;

  private String notice = "";
  private Map<String, FieldError> errors = Map.of();
  private int page;

  Showing(Hole hole, Job job, Request request, Visitor visitor, SessionBook book, String language) {
    this.hole = hole;
    this.job = job;
    this.request = request;
    this.visitor = visitor;
    this.book = book;
    this.language = language;
    this.kept = Held.kept(visitor.session());
    this.sent = Sent.of(request);
    this.page = sent.page(job.pages().size());
  }

  Described describe(boolean html) throws BrigException {
    if (request.describe() != null && request.describe().isChecked()) {
      check();
    }
    Map<String, Bytes> values = Held.merged(job, visitor.session(), sent.fields());
    String nonce = book.showForm(visitor.token(), job.name());
    FormView view = new FormView(language, nonce, page, Sent.typed(values), errors, notice, kept);
    return new Described(
        visitor.isNew() ? visitor.token().text() : null,
        JobJson.form(hole, job, view),
        html ? JobForm.html(hole, job, view) : "",
        html,
        End.of(Reason.DONE));
  }

  private void check() throws BrigException {
    FormAnswer answer = book.knowForm(visitor.token(), job.name(), sent.nonce());
    if (answer != FormAnswer.TAKEN) {
      // Nothing of it is held; it is shown, so that the visitor may send it anew.
      notice = FormNotice.of(answer).in(language);
    }
    if (job.pages().isEmpty() || sent.go().equals(FormNames.SEND)) {
      checkAll();
    } else if (answer == FormAnswer.TAKEN) {
      turn();
    }
  }

  private void checkAll() {
    Map<String, Bytes> all = Held.merged(job, visitor.session(), sent.fields());
    if (FieldCheck.check(job, all, request.sections(), kept)
        instanceof FieldCheck.Outcome.Bad bad) {
      errors = bad.errors();
      for (int i = job.pages().size() - 1; i >= 0; i--) {
        if (job.pages().get(i).fields().stream().anyMatch(errors::containsKey)) {
          page = i;
        }
      }
    }
  }

  /** Holds what this page gave, and goes to another. Going back, wrong values are no obstacle. */
  private void turn() throws BrigException {
    List<String> fields = job.pages().get(page).fields();
    boolean back = sent.go().equals(FormNames.BACK);
    FieldCheck.Outcome outcome =
        FieldCheck.checkSome(job, fields, sent.fields(), request.sections(), kept);
    if (!back && outcome instanceof FieldCheck.Outcome.Bad bad) {
      errors = bad.errors();
      return;
    }
    if (outcome instanceof FieldCheck.Outcome.Good
        && !book.hold(visitor.token(), Held.page(job, fields, sent.fields()))) {
      notice = FormNotice.NOT_KEPT.in(language);
      return;
    }
    page = Math.clamp(page + (back ? -1 : 1), 0, job.pages().size() - 1);
  }
}
