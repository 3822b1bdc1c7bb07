package brig.web.auth;

import brig.web.inside.Inside;
import brig.web.limits.ClientAddress;
import brig.web.limits.Gate;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets in who shows a name and password of the file. A good hash takes a tenth of a second of a
 * processor: few are computed at once, and whoever floods the server with passwords takes no more
 * than that from the others.
 */
public final class BasicHandler extends Handler.Wrapper {
  private final Users users;
  private final String challenge;
  private final Gate gate;
  private final Doorkeeper doorkeeper = new Doorkeeper(System::nanoTime);

  /**
   * @param realm what the client shows
   * @param gate how many hashes are computed at once
   */
  public BasicHandler(Handler handler, String realm, Users users, Gate gate) {
    super(handler);
    this.users = users;
    this.gate = gate;
    this.challenge =
        "Basic realm=\"" + realm.replaceAll("[\\\\\"]", "\\\\$0") + "\", charset=\"UTF-8\"";
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Credentials credentials = Credentials.of(request.getHeaders().get(HttpHeader.AUTHORIZATION));
    if (credentials == null) {
      return refuse(request, response, callback);
    }
    if (doorkeeper.remembers(credentials)) {
      request.setAttribute(Inside.USER, credentials.user());
      return super.handle(request, response, callback);
    }
    String client = ClientAddress.of(request);
    long pause = doorkeeper.pause(client);
    if (pause > 0) {
      return later(request, response, callback, HttpStatus.TOO_MANY_REQUESTS_429, pause);
    }
    Check check = new Check(request, response, callback, credentials, client);
    return gate.enter(check)
        || later(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, 1);
  }

  private boolean refuse(Request request, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, challenge);
    Response.writeError(request, response, callback, HttpStatus.UNAUTHORIZED_401);
    return true;
  }

  private static boolean later(
      Request request, Response response, Callback callback, int status, long seconds) {
    response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds);
    Response.writeError(request, response, callback, status);
    return true;
  }

  private boolean next(Request request, Response response, Callback callback) throws Exception {
    return super.handle(request, response, callback);
  }

  private final class Check implements Gate.Task {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Credentials credentials;
    private final String client;

    Check(
        Request request,
        Response response,
        Callback callback,
        Credentials credentials,
        String client) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.credentials = credentials;
      this.client = client;
    }

    @Override
    public void go() {
      boolean known = users.knows(credentials.user(), credentials.password());
      if (known) {
        doorkeeper.right(client, credentials);
        request.setAttribute(Inside.USER, credentials.user());
      } else {
        doorkeeper.wrong(client);
      }
      request.getComponents().getExecutor().execute(() -> proceed(known));
    }

    private void proceed(boolean known) {
      try {
        if (!known) {
          refuse(request, response, callback);
        } else if (!next(request, response, callback)) {
          Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
        }
      } catch (Exception e) {
        Response.writeError(request, response, callback, e);
      }
    }

    @Override
    public void tooLate() {
      later(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, 1);
    }
  }
}
