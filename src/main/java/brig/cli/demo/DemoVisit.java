package brig.cli.demo;

import brig.report.BrigException;
import brig.report.Printable;
import brig.report.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A visitor of the demo's site, who tries what it shows; each answer must be what it should be. */
final class DemoVisit {
  private final String site;
  private final PrintStream out;
  private final HttpClient client =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  private String nonce = "";

  DemoVisit(int port, PrintStream out) {
    this.site = "http://127.0.0.1:" + port;
    this.out = out;
  }

  void all() throws BrigException, IOException {
    out.print(get(DemoSite.PROGRAM, "It can write nothing."));
    out.println();
    get("/budget/report", "");
    get("/budget/login", "Password");
    post("/budget/login", "username=anne&password=wrong", "Wrong name or password.");
    get("/budget/login", "Password");
    post("/budget/login", "username=anne&password=correct horse", "");
    get("/budget/accounts", "Find my accounts");
    post("/budget/accounts", "", "");
    get("/budget/report", "Travel");
    post("/budget/report", "account=4712&year=2026", "Please choose one of the list.");
    get("/budget/report", "Travel");
    post("/budget/report", "account=4711&year=2026", "Train to Montr");
  }

  private String get(String path, String wanted) throws BrigException, IOException {
    return told(send(HttpRequest.newBuilder(URI.create(site + path))), "GET " + path, wanted);
  }

  /** Sends a form, and waits for the end of what it began. */
  private void post(String path, String values, String wanted) throws BrigException, IOException {
    StringBuilder body = new StringBuilder("brig_nonce=" + nonce);
    for (String pair : values.isEmpty() ? new String[0] : values.split("&", -1)) {
      int equals = pair.indexOf('=') + 1;
      body.append('&').append(pair, 0, equals);
      body.append(URLEncoder.encode(pair.substring(equals), StandardCharsets.UTF_8));
    }
    String asked = "POST " + path + (values.isEmpty() ? "" : " " + values);
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(site + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", site)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    String run = answer.headers().firstValue("Location").orElse("");
    if (!run.contains("/-/")) {
      told(answer, asked, wanted);
      return;
    }
    told(answer, asked, "");
    // What it writes comes until it ends; then the page tells how, and hands out a fresh token.
    String output = send(HttpRequest.newBuilder(URI.create(site + run + "/output"))).body();
    get(run, wanted);
    out.print(output);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private String told(HttpResponse<String> answer, String asked, String wanted)
      throws BrigException {
    String body = answer.body();
    int at = body.indexOf("name=\"brig_nonce\" value=\"");
    if (at >= 0) {
      int from = body.indexOf("value=", at) + 7;
      nonce = body.substring(from, body.indexOf('"', from));
    }
    int status = answer.statusCode();
    if (!body.contains(wanted) || (status >= 400 && status != 422)) {
      throw BrigException.refused(
          Problem.of("the demo did not get what it should for " + asked)
              .answered(answer.statusCode() + " " + Printable.text(body)));
    }
    String where = answer.headers().firstValue("Location").map(to -> " to " + to).orElse("");
    String seen = wanted.isEmpty() ? "" : ", \"" + wanted + "\"";
    out.println(Printable.text(asked + ": " + answer.statusCode() + where + seen));
    return body;
  }
}
