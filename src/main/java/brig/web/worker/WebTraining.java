package brig.web.worker;

import brig.linux.Fd;
import brig.linux.Sockets;
import brig.web.config.WebConfig;
import brig.web.config.WebConfigReader;
import brig.web.log.EngineLog;
import brig.web.log.ErrorLog;
import brig.web.log.LogFile;
import brig.web.wire.WorkerOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The training run of the worker's start-up cache: what a worker does until it goes in, for a
 * directory that is named.
 */
public final class WebTraining {
  private static final int ROUNDS = 40;

  private WebTraining() {}

  /**
   * Serves a directory to itself.
   *
   * @param arguments the directory
   */
  public static void main(String[] arguments) throws Exception {
    byte[] source =
        ("listen = [\"127.0.0.1:1\"]\nroot = \"" + arguments[0] + "\"\n")
            .getBytes(StandardCharsets.UTF_8);
    WebConfig config = WebConfigReader.read(arguments[0] + "/serve.toml", source);
    ErrorLog errors = new ErrorLog(new LogFile(Fd.of(2, "standard error")));
    EngineLog.writeTo(errors);
    WorkerOrder order =
        WorkerOrder.parse(new WorkerOrder(0, 0, List.of(), "", 1, false, false).text());
    Map<String, byte[]> files = Map.of(config.mimeTypes().value(), new byte[0]);
    Fd probe = Sockets.listen("127.0.0.1:0");
    Facts facts = new Facts(config, order, files, probe, probe, errors);
    Preload.all();
    Engine engine = new Engine(facts, null);
    engine.prepare();
    int port = Sockets.port(probe);
    SelfTest test = new SelfTest(engine, config);
    for (int i = 0; i < ROUNDS; i++) {
      test.run(Sockets.copy(probe), port);
    }
    Entering.prepare().close();
    System.exit(0);
  }
}
