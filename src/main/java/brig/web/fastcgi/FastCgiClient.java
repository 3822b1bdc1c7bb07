package brig.web.fastcgi;

import brig.web.cgi.Answer;
import brig.web.cgi.Outcome;
import brig.web.cgi.ProgramLate;
import brig.web.cgi.RequestBody;
import brig.web.limits.Deadlines;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.io.ManagedSelector;
import org.jspecify.annotations.Nullable;

/** Asks one application server, over connections that are kept. */
public final class FastCgiClient {
  private final FastCgiPool pool;
  private final Deadlines deadlines;
  private final Executor threads;
  private final long connectMillis;
  private final long silenceMillis;

  /**
   * @param idleMillis how long a connection is kept that nobody needs
   * @param silenceMillis how long the application may say nothing
   * @param threads hands bodies on
   */
  public FastCgiClient(
      Supplier<SocketAddress> address,
      long connectMillis,
      long silenceMillis,
      long idleMillis,
      Deadlines deadlines,
      Executor threads) {
    this.pool = new FastCgiPool(address, idleMillis);
    this.connectMillis = connectMillis;
    this.silenceMillis = silenceMillis;
    this.deadlines = deadlines;
    this.threads = threads;
    deadlines.always(pool::closeIdle);
  }

  /** The application server, for messages. */
  public String address() {
    return pool.address().toString();
  }

  /**
   * Asks and answers. Returns when the answer is sent.
   *
   * <p>A connection that was kept is looked at first, and is not used when the other side has
   * closed it. Where it closes it in the very moment in which it is asked and answers nothing, a
   * request that changes nothing (RFC 9110, 9.2.1) and has no body is sent once more, over a new
   * connection; every other is sent once, whatever becomes of it.
   *
   * @param errors told what the application writes for the error log
   * @throws ProgramLate when the application said nothing for too long
   * @throws brig.web.cgi.ClientGone when the client is
   * @throws IOException when the application cannot be asked, or its answer is none
   */
  public void ask(
      Map<String, String> variables,
      RequestBody body,
      Answer answer,
      Consumer<String> errors,
      @Nullable ManagedSelector selector)
      throws IOException {
    FastCgiConnection kept = pool.kept(selector);
    if (kept == null || !ask(kept, true, variables, body, answer, errors, selector)) {
      ask(pool.fresh(), false, variables, body, answer, errors, selector);
    }
  }

  /**
   * The same without a thread that waits, if there is a kept connection that is selected, and the
   * body is there.
   *
   * @param selector whose thread this is
   * @return false: nothing was done
   */
  public boolean begin(
      Map<String, String> variables,
      RequestBody body,
      Answer answer,
      Consumer<String> errors,
      ManagedSelector selector,
      Outcome outcome) {
    if (!body.isWhole() || body.gathered().remaining() > RecordWriter.MOST) {
      return false;
    }
    FastCgiConnection kept = pool.kept(selector);
    if (kept == null) {
      return false;
    }
    if (!kept.isSelected()) {
      keep(kept, selector);
      return false;
    }
    boolean repeatable = changesNothing(variables) && isEmpty(body);
    Outcome.Rest again =
        () -> {
          ask(pool.fresh(), false, variables, body, answer, errors, selector);
          return answer.redirect();
        };
    new Prompt(
            kept,
            new Prompt.Bounds(deadlines, silenceMillis, threads),
            answer,
            errors,
            outcome,
            repeatable ? again : null,
            () -> keep(kept, selector))
        .begin(RecordWriter.whole(Exchange.REQUEST, variables, body.gathered()));
    return true;
  }

  private void keep(FastCgiConnection connection, @Nullable ManagedSelector selector) {
    try {
      pool.keep(connection, selector);
    } catch (IOException e) {
      connection.close();
    }
  }

  /** Returns whether it is answered: a kept connection may have been closed before it was asked. */
  private boolean ask(
      FastCgiConnection connection,
      boolean kept,
      Map<String, String> variables,
      RequestBody body,
      Answer answer,
      Consumer<String> errors,
      @Nullable ManagedSelector selector)
      throws IOException {
    boolean reusable = false;
    try (Deadlines.Watch watch = deadlines.watch(connection::close)) {
      Exchange exchange = new Exchange(connection, watch, silenceMillis, answer, errors, threads);
      try {
        if (!kept) {
          watch.within(connectMillis);
          connect(connection);
        }
        reusable = exchange.run(variables, body);
        return true;
      } catch (IOException e) {
        if (watch.isLate()) {
          throw new ProgramLate("it did not answer in time");
        }
        if (kept && !exchange.hasHeard() && changesNothing(variables) && isEmpty(body)) {
          return false;
        }
        throw e;
      } finally {
        exchange.stop();
      }
    } finally {
      if (reusable) {
        keep(connection, selector);
      } else {
        connection.close();
      }
    }
  }

  private static boolean changesNothing(Map<String, String> variables) {
    return switch (variables.getOrDefault("REQUEST_METHOD", "")) {
      case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }

  private static boolean isEmpty(RequestBody body) {
    return body.isWhole() && !body.gathered().hasRemaining();
  }

  private void connect(FastCgiConnection connection) throws IOException {
    try {
      connection.connect(pool.address());
    } catch (IOException e) {
      throw new IOException("cannot connect to " + address() + ": " + e.getMessage(), e);
    }
  }
}
