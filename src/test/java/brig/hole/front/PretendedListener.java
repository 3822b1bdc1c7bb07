package brig.hole.front;

import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.job.JobsFile;
import brig.hole.session.FileStore;
import brig.hole.session.SessionLimits;
import brig.hole.visit.Admission;
import brig.hole.visit.Afterwards;
import brig.hole.visit.Visits;
import brig.hole.wire.Bytes;
import brig.hole.wire.Caps;
import brig.hole.wire.ClientFrame;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.hole.wire.RequestReader;
import brig.hole.wire.ServerFrame;
import brig.hole.wire.WireException;
import brig.report.BrigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A listener whose programs are pieces of Java: everything but the children is as it is. */
final class PretendedListener implements Listener, AutoCloseable {
  private static final String HOLE =
      BudgetHole.text("/bin")
          + """
          [jobs.slow]
          title = { en = "Slow report", fr = "Rapport lent" }
          [[jobs.slow.steps]]
          role = "output"
          command = ["/bin/slow"]

          [jobs.ping]
          title = { en = "Ping", fr = "Ping" }
          [[jobs.ping.fields]]
          name = "word"
          type = "text"
          label = { en = "Word", fr = "Mot" }
          max = 20
          [[jobs.ping.fields]]
          name = "note"
          type = "file"
          label = { en = "Note", fr = "Note" }
          required = false
          max = 1000
          [[jobs.ping.steps]]
          role = "output"
          command = ["/bin/echo", "{word}"]

          [jobs.wizard]
          title = { en = "Three steps", fr = "Trois étapes" }
          session = "needs"
          [[jobs.wizard.fields]]
          name = "first"
          type = "text"
          label = { en = "First", fr = "Premier" }
          max = 5
          [[jobs.wizard.fields]]
          name = "second"
          type = "choice"
          label = { en = "Second", fr = "Second" }
          choices = ["a", "b"]
          [[jobs.wizard.fields]]
          name = "third"
          type = "boolean"
          label = { en = "Third", fr = "Troisième" }
          [[jobs.wizard.pages]]
          title = { en = "Page one", fr = "Page un" }
          fields = ["first"]
          [[jobs.wizard.pages]]
          title = { en = "Page two", fr = "Page deux" }
          fields = ["second"]
          [[jobs.wizard.pages]]
          title = { en = "Page three", fr = "Page trois" }
          fields = ["third"]
          [[jobs.wizard.steps]]
          role = "output"
          command = ["/bin/echo", "{first}", "{second}", "{third}"]
          """;

  /** What a job's program does. */
  @FunctionalInterface
  interface Program {
    int run(Admission.Granted call, Output out) throws Exception;
  }

  /** Where it writes. */
  interface Output {
    void write(String text);

    boolean isCancelled();
  }

  final Map<String, Program> programs = new ConcurrentHashMap<>();
  final Hole hole;
  final FileStore store;
  final Visits visits;
  final BlockingQueue<String> ran = new LinkedBlockingQueue<>();

  PretendedListener(String directory) throws BrigException {
    this(directory, HOLE);
  }

  PretendedListener(String directory, String text) throws BrigException {
    hole = JobsFile.read("budget", "budget.hole.toml", text.getBytes(StandardCharsets.UTF_8));
    store = FileStore.open(directory + "/sessions", InstantSource.system());
    visits = new Visits(store, SessionLimits.USUAL);
  }

  @Override
  public Call call() {
    return new PretendedCall();
  }

  @Override
  public void close() {
    store.close();
  }

  private final class PretendedCall implements Call, Output {
    private final RequestReader reader = new RequestReader(Caps.USUAL);
    private final BlockingQueue<ServerFrame> answers = new LinkedBlockingQueue<>();
    private volatile boolean cancelled;
    private volatile boolean closed;
    private boolean started;

    @Override
    public void send(List<ClientFrame> frames) throws IOException {
      try {
        for (ClientFrame frame : frames) {
          // Everything is read as from a socket.
          reader.accept(ClientFrame.of(frame.frame()));
        }
      } catch (WireException e) {
        throw new IOException(e);
      }
      cancelled |= reader.isCancelled();
      Request request = reader.request();
      if (request != null && !started) {
        started = true;
        Thread.ofVirtual().start(() -> serve(request));
      }
    }

    private void serve(Request request) {
      try {
        if (request.describe() != null) {
          answers.addAll(visits.describe(hole, request).frames());
        } else {
          answers.add(new ServerFrame.Ending(run(request)));
        }
      } catch (Exception e) {
        e.printStackTrace();
        answers.add(new ServerFrame.Ending(End.of(Reason.UNAVAILABLE)));
      }
    }

    private End run(Request request) throws Exception {
      Job job = hole.job(request.job());
      if (job == null) {
        return End.of(Reason.REFUSED);
      }
      switch (visits.admit(hole, job, request, "uid 33")) {
        case Admission.Denied(Map<String, String> wrong, End end) -> {
          wrong.forEach((name, why) -> answers.add(new ServerFrame.Wrong(name, why)));
          return end;
        }
        case Admission.Granted granted -> {
          ran.add(job.name());
          answers.add(new ServerFrame.Started(1));
          StringBuilder kept = new StringBuilder();
          Output to = job.keepStep() == null ? this : keeping(kept);
          int code = programs.get(job.name()).run(granted, to);
          if (cancelled) {
            return End.of(Reason.CANCELLED);
          }
          if (code != 0) {
            return End.exited(code).saying(job.steps().getFirst().failure().in(granted.language()));
          }
          String user =
              job.session() == Job.SessionUse.BEGINS ? granted.values().get("username").text() : "";
          Bytes keep = job.keepStep() == null ? null : Bytes.of(kept.toString());
          Afterwards after = visits.done(hole, job, granted.pass(), user, keep);
          answers.addAll(after.frames());
          return after.instead() != null ? after.instead() : End.exited(0);
        }
      }
    }

    private Output keeping(StringBuilder kept) {
      return new Output() {
        @Override
        public void write(String text) {
          kept.append(text);
        }

        @Override
        public boolean isCancelled() {
          return cancelled;
        }
      };
    }

    @Override
    public void write(String text) {
      answers.add(new ServerFrame.Output(Bytes.of(text)));
    }

    @Override
    public boolean isCancelled() {
      return cancelled || closed;
    }

    @Override
    public @Nullable ServerFrame next() throws IOException {
      try {
        return answers.take();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
