package brig.hole.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.hole.http.HttpAddress;
import brig.hole.http.HttpProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("root")
class HttpProcessTest {
  private static final int NOBODY = 65534;

  @TempDir Path directory;
  private PretendedListener listener;
  private SocketServed served;
  private int port;

  @BeforeEach
  void open() throws Exception {
    listener = new PretendedListener(directory.toString());
    String socket = directory + "/socket";
    served = new SocketServed(socket, listener);
    Files.setPosixFilePermissions(Path.of(socket), PosixFilePermissions.fromString("rw-rw-rw-"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void close() throws Exception {
    served.close();
    listener.close();
  }

  private HttpProcess start() throws Exception {
    return HttpProcess.start(
        HttpAddress.read("127.0.0.1:" + port), directory + "/socket", NOBODY, NOBODY);
  }

  private HttpResponse<String> get(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void itServesFromAnEmptyDirectoryAsNobodyWithoutAnyPrivilege() throws Exception {
    int pid;
    try (HttpProcess process = start()) {
      pid = process.pid();
      assertThat(get("/").body()).contains("Budget report");
      HttpResponse<String> form = get("/ping");
      assertThat(form.body()).contains("name=\"word\"");
      assertThat(form.headers().firstValue("content-security-policy")).isPresent();
      try (Stream<Path> inside = Files.list(Path.of("/proc/" + pid + "/root"))) {
        assertThat(inside.map(path -> path.getFileName().toString())).containsExactly("socket");
      }
      try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
        for (Path task : tasks.toList()) {
          assertThat(status(task))
              .as(task.toString())
              .contains(
                  "Uid:\t65534\t65534\t65534\t65534",
                  "CapEff:\t0000000000000000",
                  "CapBnd:\t0000000000000000",
                  "NoNewPrivs:\t1",
                  "Seccomp:\t2");
        }
      }
    }
    assertThat(Path.of("/proc/" + pid)).doesNotExist();
  }

  private static List<String> status(Path task) throws IOException {
    return Files.readAllLines(task.resolve("status"));
  }

  @Test
  void whereThePortIsTakenItSaysSo() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(this::start)
          .hasMessage("cannot show forms on 127.0.0.1:" + port + ": Address already in use.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0:80", "192.0.2.1:8080", "[::]:8080", "localhost:8080", "8080", ":1"})
  void anAddressThatOthersReachIsRefused(String address) {
    assertThatThrownBy(() -> HttpAddress.read(address))
        .hasMessageStartingWith("cannot show forms on " + address + ": it is not ")
        .hasMessageEndingWith(
            "Use 127.0.0.1:PORT or [::1]:PORT; for visitors from elsewhere, a web server with TLS"
                + " passes their requests on.");
  }
}
