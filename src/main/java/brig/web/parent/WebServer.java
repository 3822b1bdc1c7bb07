package brig.web.parent;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Poll;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import brig.linux.SignalPipe;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.Located;
import brig.web.config.WebConfig;
import brig.web.config.WebConfigReader;
import brig.web.wire.Channel.Message;
import brig.web.wire.Channel.Word;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parent's whole life: opens, starts a worker, and then waits for a signal or a death. HUP
 * reads the configuration anew: if it is good and its worker serves, the old one is told to finish;
 * else all stays as it was. USR1 opens the logs anew. TERM and INT let the worker finish its
 * requests, the second one does not.
 */
public final class WebServer implements AutoCloseable {
  private static final long HEALTHY_MILLIS = 10_000;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  private final Source source;
  private final Starter starter;
  private final Telling telling;
  private final String stateFile;
  private final Doors doors = new Doors();
  private final List<WorkerProcess> finishing = new ArrayList<>();
  private WebConfig config;
  private byte[] bytes;
  private @Nullable WorkerProcess worker;
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private long startAtNanos;
  private int reloads;
  private boolean hasStarted;
  private String lastAnswer = "";

  private WebServer(Source source, Starter starter, String run, Telling telling)
      throws BrigException {
    this.source = source;
    this.starter = starter;
    this.telling = telling;
    this.stateFile = WebState.file(run, source.path());
    this.bytes = source.bytes();
    this.config = WebConfigReader.read(source.path(), bytes);
  }

  /**
   * Serves until it is told to end.
   *
   * @param run where the state is kept
   */
  public static void serve(
      Source source, boolean jailed, Map<String, String> environment, String run, Telling telling)
      throws BrigException, LinuxException {
    Starter starter = new Starter(WorkerJvm.find(), jailed, environment, telling);
    try (SignalPipe signals =
            SignalPipe.of(
                Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM, Signal.SIGQUIT, Signal.SIGUSR1);
        WebServer server = new WebServer(source, starter, run, telling)) {
      server.start();
      server.wait(signals);
    }
  }

  private void start() throws BrigException, LinuxException {
    WorkerProcess first = starter.start(config, bytes, doors.of(config));
    worker = first;
    hasStarted = true;
    Located<String> pidFile = config.pidFile();
    if (pidFile != null) {
      HostFiles.replace(
          pidFile.value(), (ProcessStatus.self() + "\n").getBytes(StandardCharsets.US_ASCII), 0644);
    }
    tellState("");
    telling.tell(
        "serving " + places(config) + ", worker " + first.pid() + ", jail " + jailOf(config));
  }

  private static String places(WebConfig config) {
    StringBuilder text = new StringBuilder();
    for (WebConfig.Listen listen : config.listens()) {
      text.append(text.isEmpty() ? "" : ", ");
      text.append(listen.tls() ? "https://" : "http://").append(listen.address()).append('/');
    }
    return text.toString();
  }

  private static String jailOf(WebConfig config) {
    return config.chroot().value();
  }

  private void wait(SignalPipe signals) throws LinuxException {
    while (true) {
      List<Fd> watched = new ArrayList<>();
      watched.add(signals.fd());
      WorkerProcess current = worker;
      if (current != null) {
        watched.add(current.ended());
        watched.add(current.says());
      }
      for (WorkerProcess old : finishing) {
        watched.add(old.ended());
      }
      boolean[] ready =
          Poll.readable(current == null ? pauseLeft() : -1, watched.toArray(new Fd[0]));
      if (ready[0] && !obey(signals)) {
        return;
      }
      reapFinished();
      if (current != null && current == worker) {
        if (ready[1]) {
          replace(current);
        } else if (ready[2]) {
          listen(current);
        }
      } else if (worker == null && System.nanoTime() >= startAtNanos) {
        restart();
      }
    }
  }

  private long pauseLeft() {
    return Math.max(0, (startAtNanos - System.nanoTime()) / 1_000_000);
  }

  /** False when it is to end. */
  private boolean obey(SignalPipe signals) throws LinuxException {
    for (int signal = signals.next(); signal != 0; signal = signals.next()) {
      switch (signal) {
        case Signal.SIGHUP -> reload();
        case Signal.SIGUSR1 -> reopenLogs();
        default -> {
          end(signals);
          return false;
        }
      }
    }
    return true;
  }

  private void reload() throws LinuxException {
    String answer = "";
    try {
      byte[] fresh = source.bytes();
      WebConfig next = WebConfigReader.read(source.path(), fresh);
      List<Fd> sockets = doors.of(next);
      WorkerProcess started;
      try {
        started = starter.start(next, fresh, sockets);
      } catch (BrigException | LinuxException e) {
        doors.keepOnly(config);
        throw e;
      }
      WorkerProcess old = worker;
      if (old != null) {
        old.finish();
        finishing.add(old);
      }
      worker = started;
      bytes = fresh;
      config = next;
      doors.keepOnly(next);
      pauseMillis = FIRST_PAUSE_MILLIS;
      telling.tell("reloaded: serving " + places(next) + ", worker " + started.pid());
    } catch (BrigException e) {
      StringBuilder all = new StringBuilder();
      for (Problem problem : e.problems()) {
        telling.tell(problem);
        all.append(all.isEmpty() ? "" : " ").append(problem.text());
      }
      telling.tell("not reloaded: what was served is served as before");
      answer = all.toString();
    } catch (LinuxException e) {
      answer = e.problem("cannot reload").text();
      telling.tell(answer);
    }
    reloads++;
    tellState(answer);
  }

  private void reopenLogs() {
    WorkerProcess current = worker;
    if (current == null) {
      return; // the next one opens them
    }
    try {
      List<Fd> logs = LogFiles.open(config.logs());
      try {
        current.channel().send(Word.LOGS, "", logs);
      } finally {
        LogFiles.close(logs);
      }
    } catch (BrigException e) {
      e.problems().forEach(telling::tell);
    } catch (LinuxException e) {
      telling.tell(e.problem("cannot hand over the logs").text());
    }
  }

  private void tellState(String answer) {
    lastAnswer = answer;
    try {
      ProcessStatus self = ProcessStatus.of(ProcessStatus.self());
      WorkerProcess current = worker;
      new WebState(
              ProcessStatus.self(),
              self == null ? 0 : self.startTime(),
              current == null ? 0 : current.pid(),
              reloads,
              answer)
          .write(stateFile);
    } catch (LinuxException e) {
      // Somebody who may not write there reloads by the signal.
    }
  }

  private void listen(WorkerProcess current) throws LinuxException {
    Message message = current.channel().receive(-1);
    if (message == null) {
      current.ended(); // it ends; its death is seen next
      current.kill();
    } else if (!message.text().isEmpty()) {
      telling.tell(message.text());
    }
  }

  /** A worker that died is followed by another, at once if it had lived for a while. */
  private void replace(WorkerProcess dead) throws LinuxException {
    Pidfd.Ending ending = dead.reap();
    dead.close();
    worker = null;
    if (dead.ageMillis() > HEALTHY_MILLIS) {
      pauseMillis = FIRST_PAUSE_MILLIS;
    }
    telling.tell("worker " + dead.pid() + " " + ending.text() + "; another one is started");
    startAtNanos = System.nanoTime() + (pauseMillis - FIRST_PAUSE_MILLIS) * 1_000_000;
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }

  private void restart() {
    try {
      WorkerProcess started = starter.start(config, bytes, doors.of(config));
      worker = started;
      tellState(lastAnswer);
      telling.tell("worker " + started.pid() + " serves");
      return;
    } catch (BrigException e) {
      e.problems().forEach(telling::tell);
    } catch (LinuxException e) {
      telling.tell(e.problem("cannot start a worker").text());
    }
    startAtNanos = System.nanoTime() + pauseMillis * 1_000_000;
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }

  private void reapFinished() throws LinuxException {
    for (WorkerProcess old : List.copyOf(finishing)) {
      if (Poll.readable(0, old.ended())[0]) {
        old.reap();
        old.close();
        finishing.remove(old);
      }
    }
  }

  private void end(SignalPipe signals) throws LinuxException {
    doors.close();
    WorkerProcess current = worker;
    if (current != null) {
      current.finish();
      finishing.add(current);
      worker = null;
    }
    while (!finishing.isEmpty()) {
      List<Fd> watched = new ArrayList<>();
      watched.add(signals.fd());
      for (WorkerProcess old : finishing) {
        watched.add(old.ended());
      }
      if (Poll.readable(-1, watched.toArray(new Fd[0]))[0]) {
        int again = signals.next();
        if (again == Signal.SIGTERM || again == Signal.SIGINT || again == Signal.SIGQUIT) {
          return; // close() ends them
        }
      }
      reapFinished();
    }
  }

  @Override
  public void close() throws LinuxException {
    doors.close();
    WorkerProcess current = worker;
    if (current != null) {
      finishing.add(current);
    }
    for (WorkerProcess old : finishing) {
      old.kill();
      old.reap();
      old.close();
    }
    if (!hasStarted) {
      return; // what is there is another's, who serves
    }
    HostFiles.delete(stateFile);
    Located<String> pidFile = config.pidFile();
    if (pidFile != null) {
      HostFiles.delete(pidFile.value());
    }
  }
}
