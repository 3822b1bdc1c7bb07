package brig.web.cgi;

import brig.linux.LinuxException;
import brig.web.inside.Inside;
import brig.web.limits.Gate;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers by asking a program, in the steps that all kinds of programs share: which one, the body's
 * beginning, a place among those that run, the answer, and what is said when there is none.
 */
public abstract class ProgramHandler extends Handler.Wrapper {
  private final Gate gate;
  private final Consumer<String> errors;

  /**
   * @param next answers what no program is there for
   * @param errors lines for the error log
   */
  protected ProgramHandler(@Nullable Handler next, Gate gate, Consumer<String> errors) {
    super(next);
    this.gate = gate;
    this.errors = errors;
  }

  /** Which program a request is for; null: none. */
  protected abstract @Nullable Job job(Request request) throws LinuxException;

  /** A request for a program. */
  protected interface Job {
    /** What the error log calls it. */
    String name();

    /** How much of a body is gathered before the program begins. */
    int gathers(Request request);

    /** Whether it can begin before the length of the body is known. */
    boolean takesAnyLength();

    /**
     * Asks, if that needs no thread that waits.
     *
     * @return false: nothing was done, and it is to be run
     */
    default boolean begin(
        Request request, RequestBody body, long length, Response response, Outcome outcome) {
      return false;
    }

    /** Asks and answers; called on a thread that may wait. */
    @Nullable String run(Request request, RequestBody body, long length, Response response)
        throws IOException;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Job job;
    try {
      job = job(request);
    } catch (LinuxException e) {
      errors.accept("cannot look for a program: " + e.getMessage());
      fail(request, response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500);
      return true;
    }
    if (job == null) {
      return super.handle(request, response, callback);
    }
    Turn turn = new Turn(job, request, response, callback);
    RequestBody.gather(request, job.gathers(request), turn);
    return true;
  }

  /** Who it is, if this server has asked. */
  protected static @Nullable String user(Request request) {
    return request.getAttribute(Inside.USER) instanceof String user ? user : null;
  }

  private static void fail(Request request, Response response, Callback callback, int status) {
    Response.writeError(request, response, callback, status);
  }

  private final class Turn implements RequestBody.Ready, Gate.Task, Outcome {
    private final Job job;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private @Nullable RequestBody body;

    Turn(Job job, Request request, Response response, Callback callback) {
      this.job = job;
      this.request = request;
      this.response = response;
      this.callback = callback;
    }

    @Override
    public void ready(RequestBody body) {
      this.body = body;
      if (!body.isWhole() && request.getLength() < 0 && !job.takesAnyLength()) {
        fail(request, response, callback, HttpStatus.LENGTH_REQUIRED_411);
      } else if (!gate.enter(this)) {
        tooLate();
      }
    }

    @Override
    public void failed(Throwable failure) {
      Response.writeError(request, response, callback, failure);
    }

    @Override
    public void tooLate() {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
      fail(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
    }

    @Override
    public boolean begins() {
      RequestBody whole = Objects.requireNonNull(body);
      return job.begin(request, whole, length(whole), response, this);
    }

    @Override
    public void go() {
      RequestBody whole = Objects.requireNonNull(body);
      answer(() -> job.run(request, whole, length(whole), response));
    }

    private long length(RequestBody of) {
      return of.isWhole() ? of.gathered().remaining() : request.getLength();
    }

    @Override
    public void goOn(Rest rest) {
      gate.goOn(
          new Gate.Task() {
            @Override
            public void go() {
              answer(rest);
            }

            @Override
            public void tooLate() {
              throw new IllegalStateException("it was inside");
            }
          });
    }

    @Override
    public void answered(@Nullable String redirect) {
      try {
        answer(() -> redirect);
      } finally {
        gate.leave();
      }
    }

    @Override
    public void unanswered(IOException why) {
      try {
        answer(
            () -> {
              throw why;
            });
      } finally {
        gate.leave();
      }
    }

    private void answer(Rest rest) {
      try {
        String redirect = rest.run();
        if (redirect == null) {
          callback.succeeded();
        } else {
          redirect(redirect);
        }
      } catch (ClientGone e) {
        callback.failed(e);
      } catch (ProgramLate e) {
        broken(e, HttpStatus.GATEWAY_TIMEOUT_504);
      } catch (ProgramRefused e) {
        broken(e, e.status());
      } catch (ProgramBusy e) {
        broken(e, HttpStatus.SERVICE_UNAVAILABLE_503);
      } catch (IOException e) {
        broken(e, HttpStatus.BAD_GATEWAY_502);
      } catch (RuntimeException | Error e) {
        errors.accept(job.name() + ": " + e);
        callback.failed(e);
      }
    }

    /** Once a part of the answer is sent, nothing but the end of the connection says the truth. */
    private void broken(IOException e, int status) {
      errors.accept(job.name() + ": " + e.getMessage());
      if (response.isCommitted()) {
        callback.failed(e);
      } else {
        response.reset();
        fail(request, response, callback, status);
      }
    }

    private void redirect(String target) {
      Request other = Redirected.to(request, target);
      if (other == null) {
        errors.accept(job.name() + ": one local redirect leads to the next");
        fail(request, response, callback, HttpStatus.BAD_GATEWAY_502);
        return;
      }
      response.reset();
      try {
        Handler all = request.getConnectionMetaData().getConnector().getServer().getHandler();
        if (all == null || !all.handle(other, response, callback)) {
          fail(other, response, callback, HttpStatus.NOT_FOUND_404);
        }
      } catch (Exception e) {
        Response.writeError(other, response, callback, e);
      }
    }
  }
}
