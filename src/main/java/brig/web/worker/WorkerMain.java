package brig.web.worker;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.linux.Sockets;
import brig.report.BrigException;
import brig.web.config.WebConfig;
import brig.web.log.AccessLog;
import brig.web.log.EngineLog;
import brig.web.log.ErrorLog;
import brig.web.log.LogFile;
import brig.web.wire.Channel;
import brig.web.wire.Channel.Message;
import brig.web.wire.Channel.Word;
import brig.web.wire.Ways;
import brig.web.wire.WorkerOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The worker: is told and handed what it needs, loads all that it will ever use, tries itself out,
 * goes in, waits to be looked at, serves until it is told to finish.
 */
public final class WorkerMain {
  private static final int CHANNEL = 3;
  private static final long TICK_MILLIS = 50;
  private static final int QUIET_TICKS = 4;

  private final Channel channel;
  private final Map<String, byte[]> files = new HashMap<>();
  private @Nullable String configName;

  private WorkerMain(Channel channel) {
    this.channel = channel;
  }

  public static void main(String[] arguments) {
    Channel channel = new Channel(PacketSocket.of(Fd.of(CHANNEL, "the parent")));
    int status = 0;
    try {
      new WorkerMain(channel).run();
    } catch (BrigException e) {
      tell(channel, e.problems().getFirst().message());
      status = 1;
    } catch (Exception | LinkageError e) {
      tell(channel, "the worker cannot serve: " + e);
      status = 1;
    }
    Runtime.getRuntime().halt(status);
  }

  private static void tell(Channel channel, String text) {
    try {
      channel.send(Word.FAILED, text, List.of());
    } catch (LinuxException e) {
      // The parent is gone.
    }
  }

  private void run() throws Exception {
    Message order = order();
    if (order == null) {
      return; // the parent is gone
    }
    WorkerOrder told = WorkerOrder.parse(order.text());
    List<Fd> handed = order.descriptors();
    List<Fd> sockets = Facts.sockets(handed, told);
    Fd probe = handed.get(sockets.size());
    Fd programs = handed.get(sockets.size() + 1);
    Fd holes = handed.get(sockets.size() + 2);
    ErrorLog errors = new ErrorLog(new LogFile(handed.get(sockets.size() + 3)));
    EngineLog.writeTo(errors);
    String name = Objects.requireNonNull(configName);
    WebConfig config = Facts.config(name, Objects.requireNonNull(files.get(name)));
    AccessLog access =
        told.access()
            ? new AccessLog(
                new LogFile(handed.get(sockets.size() + 4)), config.logs().format(), errors::line)
            : null;
    Facts facts = new Facts(config, told, files, programs, holes, errors);
    Preload.all();
    Engine engine = new Engine(facts, access);
    engine.prepare();
    SelfTest test = new SelfTest(engine, config);
    int port = Sockets.port(probe);
    test.run(Sockets.copy(probe), port);
    test.runSecure(probe, port);
    facts.haveTested();
    enter(facts, engine);
    channel.send(Word.ENTERED, "", List.of());
    Message accept = channel.receive(-1);
    if (accept == null || accept.word() != Word.ACCEPT) {
      return;
    }
    engine.openAll(sockets);
    channel.send(Word.SERVING, "", List.of());
    serve(engine, config, errors, access);
  }

  private @Nullable Message order() throws LinuxException {
    while (true) {
      Message message = channel.receive(-1);
      if (message == null || message.word() == Word.ORDER) {
        return message;
      }
      if (configName == null) {
        configName = message.text();
      }
      files.put(message.text(), message.bytes());
    }
  }

  private static void enter(Facts facts, Engine engine) throws Exception {
    if (!facts.isJailed()) {
      return;
    }
    try (Entering entering = Entering.prepare()) {
      entering.enter(facts.order());
      facts.haveEntered();
      engine.openRoots();
    }
  }

  private void serve(Engine engine, WebConfig config, ErrorLog errors, @Nullable AccessLog access)
      throws Exception {
    while (true) {
      Message message = channel.receive(-1);
      if (message == null || message.word() == Word.FINISH) {
        finish(engine, config, access);
        return;
      }
      if (message.word() == Word.TRY) {
        Fd handed = message.descriptors().getFirst();
        channel.send(Word.TRIED, WaysOut.all(Ways.parse(message.text()), handed), List.of());
      }
      if (message.word() == Word.LOGS) {
        errors.turnTo(message.descriptors().getFirst());
        if (access != null) {
          access.turnTo(message.descriptors().getLast());
        }
      }
    }
  }

  /** Each connection gets one more answer, which says that it is the last. */
  private static void finish(Engine engine, WebConfig config, @Nullable AccessLog access)
      throws InterruptedException {
    engine.finish();
    long deadline = System.nanoTime() + config.worker().drainSeconds() * 1_000_000_000L;
    // One that was accepted a moment ago is not counted yet: none is to be seen for a while.
    int quiet = 0;
    while (quiet < QUIET_TICKS && System.nanoTime() < deadline) {
      Thread.sleep(TICK_MILLIS);
      quiet = engine.connections() > 0 ? 0 : quiet + 1;
    }
    if (access != null) {
      access.flush();
    }
  }
}
