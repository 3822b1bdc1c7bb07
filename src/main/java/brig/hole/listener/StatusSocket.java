package brig.hole.listener;

import brig.hole.door.Loop;
import brig.linux.Epoll;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.LocalSocket;
import brig.linux.Stream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Tells root how things stand: whoever connects is given the counters, as much as a socket takes.
 */
final class StatusSocket implements Loop.Source, AutoCloseable {
  private final Fd socket;
  private final String path;
  private final Supplier<String> text;
  private final Loop.Watch watch;

  private StatusSocket(Loop loop, Fd socket, String path, Supplier<String> text)
      throws LinuxException {
    this.socket = socket;
    this.path = path;
    this.text = text;
    this.watch = loop.watch(socket, Epoll.IN, this);
  }

  static StatusSocket open(Loop loop, String path, Supplier<String> text) throws LinuxException {
    HostFiles.delete(path);
    int slash = path.lastIndexOf('/');
    try (Fd directory =
        Fd.open(path.substring(0, slash), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      Fd socket = LocalSocket.listen(directory, path.substring(slash + 1));
      return new StatusSocket(loop, socket, path, text);
    }
  }

  @Override
  public void ready(int events) throws LinuxException {
    Fd connection = LocalSocket.accept(socket);
    if (connection == null) {
      return;
    }
    try (connection) {
      if (LocalSocket.peer(connection).uid() == 0) {
        byte[] bytes = text.get().getBytes(StandardCharsets.UTF_8);
        int done = 0;
        int count;
        do {
          count = Stream.write(connection, bytes, done, bytes.length - done);
          done += count;
        } while (count > 0 && done < bytes.length);
      }
    }
  }

  @Override
  public void failed(Exception why) {
    // whoever asked went away
  }

  @Override
  public void close() throws LinuxException {
    watch.end();
    socket.close();
    HostFiles.delete(path);
  }
}
