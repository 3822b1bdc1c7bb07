package brig.web.parent;

import brig.launch.jvm.HostPlace;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.LocalSocket;
import brig.linux.Names;
import brig.linux.ProcessStatus;
import brig.linux.Sockets;
import brig.report.BrigException;
import brig.web.config.WebConfig;
import brig.web.wire.Channel.Word;
import brig.web.wire.Ways;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the workers of a configuration: one that serves is looked at from outside; another
 * one, started in the same way at ports of the moment, tries the ways out by itself.
 *
 * @param jail the directory that is the root
 * @param running the worker that serves; 0: none does
 * @param seen of that one; of the other where none runs
 * @param tried by the other
 */
public record WorkerTrial(
    String jail, int running, List<WorkerLook.Trait> seen, List<Ways.Tried> tried) {
  private static final long PATIENCE_MILLIS = 60_000;
  private static final String SECRET = "secret";

  /**
   * Does it.
   *
   * @param run where a server leaves its number
   * @param lib a directory is made in {@code breakout} below it, and removed
   */
  public static WorkerTrial of(
      Source source, Map<String, String> environment, String run, String lib, Telling telling)
      throws BrigException, LinuxException {
    WebConfig config = source.checked(true);
    HostPlace jail = Starter.jail(config);
    Account account = Account.of(config);
    WebState state = WebState.read(WebState.file(run, source.path()));
    int running = state == null ? 0 : state.worker();
    List<WorkerLook.Trait> seen = running == 0 ? null : look(running, account, jail);
    String parent = lib + "/breakout";
    String name = "worker-" + ProcessStatus.self();
    HostFiles.createDirectories(parent + "/" + name, 0755);
    List<Fd> sockets = new ArrayList<>();
    try (Fd above = Fd.open(parent, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      try {
        String secret = parent + "/" + name + "/" + SECRET;
        HostFiles.replace(secret, "outside\n".getBytes(StandardCharsets.US_ASCII), 0644);
        int count = config.listens().size() + (config.status() == null ? 0 : 1);
        for (int i = 0; i < count; i++) {
          sockets.add(Sockets.listen("127.0.0.1:0"));
        }
        Starter starter = new Starter(WorkerJvm.find(), true, environment, telling);
        WorkerProcess worker = starter.start(config, source.bytes(), sockets);
        try {
          List<WorkerLook.Trait> own = WorkerLook.at(worker.pid(), account, jail);
          List<Ways.Tried> tried = tried(worker, secret);
          return new WorkerTrial(
              jail.path(), seen == null ? 0 : running, seen == null ? own : seen, tried);
        } finally {
          worker.kill();
          worker.reap();
          worker.close();
        }
      } finally {
        sockets.forEach(Fd::close);
        Names.removeTree(above, name);
      }
    }
  }

  private static @Nullable List<WorkerLook.Trait> look(int pid, Account account, HostPlace jail) {
    try {
      return WorkerLook.at(pid, account, jail);
    } catch (LinuxException e) {
      return null; // it has ended just now
    }
  }

  private static List<Ways.Tried> tried(WorkerProcess worker, String secret)
      throws BrigException, LinuxException {
    String abstractName = "brig-" + ProcessStatus.self();
    try (Fd port = Sockets.listen("127.0.0.1:0");
        Fd local = LocalSocket.listenAbstract(abstractName);
        Fd directory =
            Fd.open(secret.substring(0, secret.lastIndexOf('/')), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      Ways ways = new Ways(ProcessStatus.self(), secret, Sockets.port(port), abstractName);
      local.stat(); // it is only to be there
      worker.channel().send(Word.TRY, ways.text(), List.of(directory));
      return Ways.tried(worker.expect(Word.TRIED, PATIENCE_MILLIS, line -> {}).text());
    }
  }

  /** Whether nothing led out and all is as it should be. */
  public boolean held() {
    boolean held = true;
    for (WorkerLook.Trait trait : seen) {
      held &= trait.good();
    }
    for (Ways.Tried one : tried) {
      held &= one.held();
    }
    return held;
  }
}
