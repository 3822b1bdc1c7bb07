package brig.hole.front;

import brig.hole.front.FrontResponse.Content;
import brig.hole.front.FrontResponse.Header;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What there is to see of a run, for who started it and for nobody else. */
final class RunPages {
  private static final long BEAT_MILLIS = 5_000;

  private final String base;
  private final Runs runs;
  private final Page page;
  private final Cookies cookies;

  RunPages(String base, Runs runs, Page page, Cookies cookies) {
    this.base = base;
    this.runs = runs;
    this.page = page;
    this.cookies = cookies;
  }

  /**
   * Answers for a run.
   *
   * @param rest of the path: {@code ID}, or with {@code /events}, {@code /output}, {@code /cancel}
   * @return null when there is no such thing, or it is another visitor's
   */
  @Nullable FrontResponse answer(FrontRequest request, String rest, boolean post)
      throws IOException, BadRequest {
    int slash = rest.indexOf('/');
    String id = slash < 0 ? rest : rest.substring(0, slash);
    String what = slash < 0 ? "" : rest.substring(slash + 1);
    Run run = runs.find(id);
    String token = cookies.token(request);
    if (run == null || !run.isOf(token)) {
      return null;
    }
    runs.tidy();
    if (post) {
      if (!what.equals("cancel")) {
        return null;
      }
      run.cancel();
      run.awaitEnd(BEAT_MILLIS);
      return FrontResponse.seeOther(base + Front.RUNS + id);
    }
    return switch (what) {
      case "" -> whole(request, id, run, token);
      case "output" -> stream("text/plain; charset=utf-8", out -> writeText(run, out));
      case "events" -> {
        int from = from(request);
        yield stream("text/event-stream", out -> writeEvents(run, from, out));
      }
      default -> null;
    };
  }

  private FrontResponse whole(FrontRequest request, String id, Run run, @Nullable String token)
      throws IOException {
    FrontResponse response =
        FrontResponse.text(200, "text/html", page.run(id, run, run.view(0), run.description()));
    String fresh = run.rotated();
    if (fresh == null || fresh.equals(token)) {
      return response;
    }
    if (token != null) {
      runs.passTo(token, fresh);
    }
    return response.with("Set-Cookie", cookies.setToken(request, fresh));
  }

  private static FrontResponse stream(String type, FrontResponse.Writer writer) {
    return new FrontResponse(
        200, List.of(new Header("Content-Type", type)), new Content.Streamed(writer));
  }

  /** Where to go on: after what the page holds, or what the browser had before its line broke. */
  private static int from(FrontRequest request) throws BadRequest {
    String last = request.header("last-event-id");
    String text = last != null ? last : FormBody.encoded(request.query()).text("from");
    try {
      return Math.max(0, Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static void writeText(Run run, OutputStream out) throws IOException {
    run.watched(true);
    try {
      int at = 0;
      Run.State known = Run.State.WAITING;
      while (true) {
        Run.View view = run.await(at, known, BEAT_MILLIS);
        out.write(view.text().getBytes(StandardCharsets.UTF_8));
        out.flush();
        at = view.at();
        known = view.state();
        if (view.end() != null) {
          return;
        }
      }
    } finally {
      run.watched(false);
    }
  }

  private static void writeEvents(Run run, int from, OutputStream out) throws IOException {
    run.watched(true);
    try {
      int at = from;
      // The page may say another state than now: say it once.
      event(out, "state", at, Page.state(run.view(at), run.language));
      Run.State known = run.view(at).state();
      while (true) {
        Run.View view = run.await(at, known, BEAT_MILLIS);
        if (view.state() != known) {
          event(out, "state", at, Page.state(view, run.language));
          known = view.state();
        }
        at = view.at();
        if (!view.text().isEmpty()) {
          event(out, "output", at, view.text());
        } else if (view.end() == null) {
          // Shows whether the browser is there still.
          out.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
        }
        if (view.end() != null) {
          event(out, "end", at, view.end().reason().word());
        }
        out.flush();
        if (view.end() != null) {
          return;
        }
      }
    } finally {
      run.watched(false);
    }
  }

  private static void event(OutputStream out, String name, int id, String text) throws IOException {
    String json = new String(JsonStringEncoder.getInstance().quoteAsString(text));
    String event = "event: " + name + "\nid: " + id + "\ndata: \"" + json + "\"\n\n";
    out.write(event.getBytes(StandardCharsets.UTF_8));
  }
}
