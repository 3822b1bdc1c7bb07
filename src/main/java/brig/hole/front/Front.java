package brig.hole.front;

import brig.hole.wire.Bytes;
import brig.hole.wire.ClientFrame;
import brig.hole.wire.ClientFrame.Describe;
import brig.hole.wire.End;
import brig.hole.wire.Frame;
import brig.hole.wire.Names;
import brig.hole.wire.Reason;
import brig.hole.wire.ServerFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows the forms of a hole to browsers, and what comes of them.
 *
 * <p>{@code GET /} lists the jobs, {@code GET /JOB} shows a form, {@code POST /JOB} sends it and
 * leads to {@code /-/RUN}, where the output is; {@code /-/RUN/events} is the same as server-sent
 * events, {@code /-/RUN/output} as plain text while it comes, {@code POST /-/RUN/cancel} ends it.
 * No GET changes anything outside of this class. To be closed to nobody: any number of threads may
 * ask.
 */
public final class Front {
  static final String RUNS = "-/";
  static final String SCRIPT = "-/brig.js";
  static final String STYLE = "-/brig.css";

  /** Files of a form, all together; the listener takes less (brig.hole.wire.Caps). */
  private static final int BODY = (8 << 20) + (512 << 10);

  private static final int OUTPUT = 8 << 20;

  /** A job that is over so soon needs no page that waits. */
  private static final long SOON_MILLIS = 400;

  private final String base;
  private final Listener listener;
  private final Asset script = Asset.load("brig.js");
  private final Asset style = Asset.load("brig.css");
  private final Page page;
  private final RunPages runPages;
  private final Runs runs = new Runs();
  private final Cookies cookies;

  /**
   * @param base where it is served: a path that begins and ends with a slash
   */
  public Front(String base, Listener listener) {
    if (!base.startsWith("/") || !base.endsWith("/")) {
      throw new IllegalArgumentException(base);
    }
    this.base = base;
    this.listener = listener;
    this.cookies = new Cookies(base);
    this.page = new Page(base, script);
    this.runPages = new RunPages(base, runs, page, cookies);
  }

  /** What the listener says about a form. */
  private record Described(@Nullable String token, Description description, String html, End end) {
    Described saying(String message) {
      return new Described(token, description, html, end.saying(message));
    }
  }

  /** Answers a request. Never throws for what a browser did. */
  public FrontResponse answer(FrontRequest request) {
    FrontResponse response;
    try {
      response = route(request);
    } catch (BadRequest e) {
      FrontWord word = e.status() == 413 ? FrontWord.TOO_LARGE : FrontWord.BAD_REQUEST;
      response = message(request, e.status(), word);
    } catch (IOException e) {
      // The listener is not there, or went away.
      response = message(request, 503, FrontWord.UNAVAILABLE);
    }
    return secured(request, response);
  }

  private FrontResponse route(FrontRequest request) throws IOException, BadRequest {
    String path = request.path().substring(1);
    boolean get = request.method().equals("GET") || request.method().equals("HEAD");
    boolean post = request.method().equals("POST");
    if (!get && !post) {
      return message(request, 405, FrontWord.BAD_REQUEST).with("Allow", "GET, HEAD, POST");
    }
    if (post && !SameSite.is(request)) {
      return message(request, 403, FrontWord.FORGED);
    }
    if (get && path.equals(SCRIPT)) {
      return asset(script, "text/javascript; charset=utf-8");
    }
    if (get && path.equals(STYLE)) {
      return asset(style, "text/css; charset=utf-8");
    }
    if (path.startsWith(RUNS)) {
      FrontResponse response = runPages.answer(request, path.substring(RUNS.length()), post);
      return response != null ? response : message(request, 404, FrontWord.NOT_FOUND);
    }
    if (!path.isEmpty() && !Names.isJob(path)) {
      return message(request, 404, FrontWord.NOT_FOUND);
    }
    return get ? show(request, path) : send(request, path);
  }

  private static FrontResponse asset(Asset asset, String type) {
    return new FrontResponse(
        200,
        List.of(new FrontResponse.Header("Content-Type", type)),
        new FrontResponse.Content.Whole(asset.bytes()));
  }

  private FrontResponse show(FrontRequest request, String job) throws IOException, BadRequest {
    String chosen = FormBody.encoded(request.query()).text("brig_language");
    if (Names.isLanguageWish(chosen)) {
      return FrontResponse.seeOther(base + job)
          .with("Set-Cookie", cookies.setLanguage(request, chosen));
    }
    Described described = describe(request, job, new Sent(), brig.hole.wire.Description.HTML);
    return described.end.isDone() ? form(request, described, 200) : refusal(job, described);
  }

  private FrontResponse form(FrontRequest request, Described described, int status) {
    FrontResponse response =
        FrontResponse.text(
            status,
            "text/html",
            page.described(described.description, described.end.message(), described.html));
    return withToken(request, response, described.token);
  }

  private FrontResponse withToken(
      FrontRequest request, FrontResponse response, @Nullable String token) {
    String before = cookies.token(request);
    if (token == null || token.equals(before)) {
      return response;
    }
    if (before != null) {
      runs.passTo(before, token);
    }
    return response.with("Set-Cookie", cookies.setToken(request, token));
  }

  /** A form that cannot be shown; when a login is all that it needs, that is shown. */
  private FrontResponse refusal(String job, Described described) {
    Reason reason = described.end.reason();
    List<Description.Link> logins = described.description.login();
    if (reason == Reason.LOGIN && !logins.isEmpty() && Names.isJob(logins.getFirst().job())) {
      return FrontResponse.seeOther(base + logins.getFirst().job() + "?then=" + job);
    }
    String language = described.description.language();
    String said = described.end.message();
    return FrontResponse.text(
        status(reason),
        "text/html",
        page.message(language, said.isEmpty() ? FrontWord.of(reason).in(language) : said));
  }

  static int status(Reason reason) {
    return switch (reason) {
      case DONE, FAILED, SIGNALLED, TIMEOUT, TRUNCATED, CANCELLED -> 200;
      case INVALID, PROTOCOL -> 422;
      case REFUSED -> 404;
      case LOGIN -> 403;
      case BUSY, INTERRUPTED, UNAVAILABLE -> 503;
    };
  }

  private FrontResponse send(FrontRequest request, String job) throws IOException, BadRequest {
    if (job.isEmpty()) {
      return message(request, 405, FrontWord.BAD_REQUEST).with("Allow", "GET, HEAD");
    }
    Sent sent = FormBody.read(request, BODY);
    String go = sent.text("brig_go");
    boolean shownBefore = !sent.text("brig_nonce").isEmpty();
    if (go.equals("back") || go.equals("next") || !shownBefore) {
      // One that does not say when it was shown came from elsewhere: the visitor may send it anew.
      Described described = describe(request, job, sent, brig.hole.wire.Description.HTML_CHECKED);
      return described.end.isDone()
          ? form(request, described, shownBefore ? 200 : 422)
          : refusal(job, described);
    }
    return run(request, job, sent);
  }

  private FrontResponse run(FrontRequest request, String job, Sent sent) throws IOException {
    String token = cookies.token(request);
    Described before = describe(request, job, new Sent(), brig.hole.wire.Description.JSON);
    Listener.Call call = listener.call();
    Run run =
        new Run(
            job, before.description.title(), before.description.language(), token, call, OUTPUT);
    try {
      call.send(frames(request, job, sent, new ClientFrame.Go()));
    } catch (IOException e) {
      // It may have refused before it had read everything: then it says why.
      if (!(e instanceof java.net.SocketException)) {
        call.close();
        throw e;
      }
    }
    Thread.ofVirtual().name("run").start(run::follow);
    run.awaitEnd(SOON_MILLIS);
    End end = run.view(0).end();
    if (end != null) {
      if (end.reason() == Reason.INVALID) {
        Described again = describe(request, job, sent, brig.hole.wire.Description.HTML_CHECKED);
        return again.end.isDone() ? form(request, again, 422) : refusal(job, again);
      }
      if (end.reason() == Reason.FAILED && !end.message().isEmpty() && run.size() == 0) {
        // A step refused, such as a wrong password: the form is shown again with what it says.
        Described again = describe(request, job, sent, brig.hole.wire.Description.HTML);
        return again.end.isDone()
            ? form(request, again.saying(end.message()), 200)
            : refusal(job, again);
      }
      boolean ran = status(end.reason()) == 200;
      if (!ran) {
        return refusal(job, new Described(null, before.description, "", end));
      }
    }
    String id = runs.add(run);
    if (id == null) {
      run.abandon();
      return message(request, 503, FrontWord.BUSY);
    }
    return withToken(request, FrontResponse.seeOther(after(request, run, id, end)), run.rotated());
  }

  /** Where to go when a form was sent: after a login, to where the visitor wanted to go. */
  private String after(FrontRequest request, Run run, String id, @Nullable End end) {
    String then = "";
    try {
      then = FormBody.encoded(request.query()).text("then");
    } catch (BadRequest e) {
      then = ""; // an address that somebody made up
    }
    boolean silent = end != null && end.isDone() && run.size() == 0 && run.rotated() != null;
    return silent ? base + (Names.isJob(then) ? then : "") : base + RUNS + id;
  }

  private Described describe(
      FrontRequest request, String job, Sent sent, brig.hole.wire.Description as)
      throws IOException {
    try (Listener.Call call = listener.call()) {
      call.send(frames(request, job, sent, new Describe(as)));
      ByteArrayOutputStream json = new ByteArrayOutputStream();
      ByteArrayOutputStream html = new ByteArrayOutputStream();
      String token = null;
      ServerFrame frame;
      while ((frame = call.next()) != null) {
        switch (frame) {
          case ServerFrame.Rotated(String fresh) -> token = fresh;
          case ServerFrame.Fields(Bytes bytes) -> json.writeBytes(bytes.array());
          case ServerFrame.Output(Bytes bytes) ->
              (as.isHtml() ? html : json).writeBytes(bytes.array());
          case ServerFrame.Ending(End end) -> {
            return new Described(
                token,
                Description.read(json.toByteArray()),
                html.toString(StandardCharsets.UTF_8),
                end);
          }
          case ServerFrame.Errors _,
              ServerFrame.Started _,
              ServerFrame.Ended _,
              ServerFrame.Place _,
              ServerFrame.Wrong _ -> {}
        }
        if (json.size() + html.size() > OUTPUT) {
          throw new IOException("a description without end");
        }
      }
      throw new IOException("the listener went away");
    }
  }

  private List<ClientFrame> frames(FrontRequest request, String job, Sent sent, ClientFrame last) {
    List<ClientFrame> frames = new ArrayList<>();
    frames.add(new ClientFrame.Version(ClientFrame.VERSION));
    if (!job.isEmpty()) {
      frames.add(new ClientFrame.Job(job));
    }
    String token = cookies.token(request);
    if (token != null) {
      frames.add(new ClientFrame.Token(token));
    }
    String language = language(request);
    if (!language.isEmpty()) {
      frames.add(new ClientFrame.Language(language));
    }
    for (Map.Entry<String, Bytes> value : sent.values().entrySet()) {
      if (!value.getKey().equals("brig_peer")) {
        frames.add(new ClientFrame.Value(value.getKey(), value.getValue()));
      }
    }
    if (!sent.values().isEmpty() && !request.peer().isEmpty()) {
      frames.add(new ClientFrame.Value("brig_peer", Bytes.of(request.peer())));
    }
    for (Map.Entry<String, Bytes> file : sent.files().entrySet()) {
      byte[] bytes = file.getValue().array();
      for (int at = 0; at < bytes.length; at += Frame.MAX_PAYLOAD) {
        int end = Math.min(bytes.length, at + Frame.MAX_PAYLOAD);
        frames.add(new ClientFrame.Input(Bytes.of(java.util.Arrays.copyOfRange(bytes, at, end))));
      }
      frames.add(new ClientFrame.EndOfSection(file.getKey()));
    }
    frames.add(last);
    return frames;
  }

  /** What the visitor chose, or else what the browser wishes. */
  private String language(FrontRequest request) {
    String chosen = cookies.language(request);
    String wish = chosen != null ? chosen : request.header("accept-language");
    return wish != null && Names.isLanguageWish(wish) ? wish : "";
  }

  private FrontResponse message(FrontRequest request, int status, FrontWord word) {
    String wish = language(request);
    String language = wish.startsWith("fr") ? "fr" : "en";
    return FrontResponse.text(status, "text/html", page.message(language, word.in(language)));
  }

  /** What every response says. None of it depends on what a job wrote. */
  private FrontResponse secured(FrontRequest request, FrontResponse response) {
    boolean framed = request.path().endsWith("/output");
    FrontResponse secured =
        response
            .with(
                "Content-Security-Policy",
                framed
                    ? "default-src 'none'; frame-ancestors 'self'; sandbox"
                    : "default-src 'none'; script-src '"
                        + script.hash()
                        + "'; style-src 'self'; connect-src 'self'; frame-src 'self'; form-action"
                        + " 'self'; frame-ancestors 'none'; base-uri 'none'")
            .with("X-Content-Type-Options", "nosniff")
            .with("Referrer-Policy", "same-origin")
            .with("Cross-Origin-Opener-Policy", "same-origin")
            .with("Cross-Origin-Resource-Policy", "same-origin")
            .with("Cache-Control", "no-store");
    return request.secure()
        ? secured.with("Strict-Transport-Security", "max-age=31536000")
        : secured;
  }
}
