package brig.web.worker;

import brig.launch.up.AnyCertificate;
import brig.linux.Fd;
import brig.linux.Sockets;
import brig.web.config.WebConfig;
import brig.web.config.WebConfigReader;
import brig.web.log.EngineLog;
import brig.web.log.ErrorLog;
import brig.web.log.LogFile;
import brig.web.wire.WorkerOrder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The training run of the worker's start-up cache: what a worker does until it goes in, and then
 * what it is asked for most, so that it need not learn anew what is worth compiling.
 */
public final class WebTraining {
  private static final int ROUNDS = 10;
  private static final int REQUESTS = 250;
  private static final int MILLIS = 10_000;
  private static final int MOST_BYTES = 64 * 1024;

  private WebTraining() {}

  /**
   * Serves to itself.
   *
   * @param arguments a directory that is empty, or holds a key store: {@link TrainingSite}
   */
  public static void main(String[] arguments) throws Exception {
    TrainingSite site = new TrainingSite(Path.of(arguments[0]));
    byte[] source = site.configuration().getBytes(StandardCharsets.UTF_8);
    WebConfig config = WebConfigReader.read(arguments[0] + "/serve.toml", source);
    ErrorLog errors = new ErrorLog(new LogFile(Fd.of(2, "standard error")));
    EngineLog.writeTo(errors);
    WorkerOrder order =
        WorkerOrder.parse(new WorkerOrder(0, 0, List.of(), "", 1, false, false).text());
    Map<String, byte[]> files = new HashMap<>(site.files());
    files.put(config.mimeTypes().value(), new byte[0]);
    Fd probe = Sockets.listen("127.0.0.1:0");
    Facts facts = new Facts(config, order, files, site.programs(), probe, errors);
    Preload.all();
    Engine engine = new Engine(facts, null);
    engine.prepare();
    int port = Sockets.port(probe);
    SelfTest test = new SelfTest(engine, config);
    for (int i = 0; i < ROUNDS; i++) {
      test.run(Sockets.copy(probe), port);
      test.runSecure(Sockets.copy(probe), port);
    }
    facts.haveTested();
    try {
      ask(engine, Sockets.copy(probe), port, false);
      if (site.isSecure()) {
        ask(engine, probe, port, true);
      }
    } catch (IOException e) {
      errors.line("not all was learnt: " + e.getMessage());
    }
    Entering.prepare().close();
    System.exit(0);
  }

  private static void ask(Engine engine, Fd socket, int port, boolean secure) throws Exception {
    ServerConnector door = engine.door(secure);
    engine.open(door, socket, "127.0.0.1");
    ask(port, secure, "/page.html");
    ask(port, secure, "/app");
    ask(port, secure, "/cgi-bin/program");
    engine.shut(door);
  }

  private static void ask(int port, boolean secure, String path) throws IOException {
    Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    plain.setSoTimeout(MILLIS);
    try (Socket client = secure ? AnyCertificate.over(plain, "localhost", port) : plain) {
      byte[] request =
          ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      OutputStream out = client.getOutputStream();
      InputStream in = client.getInputStream();
      byte[] buffer = new byte[MOST_BYTES];
      for (int i = 0; i < REQUESTS; i++) {
        out.write(request);
        out.flush();
        read(in, buffer);
      }
    }
  }

  /** Reads an answer with a length, or one in chunks. */
  private static void read(InputStream in, byte[] buffer) throws IOException {
    int length = 0;
    while (true) {
      int count = in.read(buffer, length, buffer.length - length);
      if (count <= 0) {
        throw new IOException("the worker did not answer itself");
      }
      length += count;
      String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
      int body = text.indexOf("\r\n\r\n") + 4;
      int at = text.indexOf("Content-Length: ");
      if (!text.startsWith("HTTP/1.1 200")) {
        throw new IOException("the worker answered itself " + text);
      }
      if (body >= 4
          && (at < 0
              ? text.endsWith("0\r\n\r\n")
              : length - body >= Integer.parseInt(text, at + 16, text.indexOf('\r', at), 10))) {
        return;
      }
    }
  }
}
