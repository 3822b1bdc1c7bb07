package brig.hole.session;

import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where an administrator's command asks the listener, which alone may write its file of sessions: a
 * Unix socket below a directory of root's. One line is asked, {@code HOLE VERB ARGUMENT} with tabs
 * between, and some lines are answered.
 */
public final class SessionDesk implements AutoCloseable {
  private static final int LONGEST = 1000;
  private static final String ERROR = "error\t";

  /** What can be asked. */
  public enum Verb {
    /** Each session as a line of {@link SessionLine}. */
    LIST,
    /** Ends the session of an id; all of these answer how many sessions were ended. */
    END,
    /** Ends all sessions of an account. */
    END_USER,
    /** The same, and refuses it every login. */
    DISABLE,
    /** Lets it log in again. */
    ENABLE
  }

  private final ServerSocketChannel server;
  private final String path;
  private final Function<String, @Nullable SessionStore> stores;

  private SessionDesk(
      ServerSocketChannel server, String path, Function<String, @Nullable SessionStore> stores) {
    this.server = server;
    this.path = path;
    this.stores = stores;
  }

  /**
   * Opens the socket; what an earlier listener left there is replaced.
   *
   * @param stores of holes by their names, null for what is no hole
   */
  public static SessionDesk open(String path, Function<String, @Nullable SessionStore> stores)
      throws BrigException {
    try {
      HostFiles.delete(path);
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path));
      SessionDesk desk = new SessionDesk(server, path, stores);
      Thread.ofVirtual().name("session-desk").start(desk::serve);
      return desk;
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot open " + path));
    } catch (IOException e) {
      throw BrigException.refused(
          Problem.of("cannot open " + path).answered(String.valueOf(e.getMessage())));
    }
  }

  private void serve() {
    try {
      while (true) {
        // One after the other: administrators are few.
        try (SocketChannel caller = server.accept()) {
          answer(caller);
        }
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void answer(SocketChannel caller) {
    try {
      ByteBuffer line = ByteBuffer.allocate(LONGEST);
      while (line.hasRemaining() && caller.read(line) >= 0) {
        if (line.position() > 0 && line.get(line.position() - 1) == '\n') {
          break;
        }
      }
      String asked = new String(line.array(), 0, line.position(), StandardCharsets.UTF_8);
      ByteBuffer said = ByteBuffer.wrap(answer(asked).getBytes(StandardCharsets.UTF_8));
      while (said.hasRemaining()) {
        caller.write(said);
      }
    } catch (IOException e) {
      return; // whoever asked has gone
    }
  }

  private String answer(String line) {
    String[] words = line.strip().split("\t", -1);
    SessionStore store = stores.apply(words[0]);
    if (store == null || words.length < 2) {
      return ERROR + "there is no hole " + words[0] + "\n";
    }
    try {
      Verb verb = Verb.valueOf(words[1]);
      return String.join("\n", carryOut(store, verb, words.length > 2 ? words[2] : "")) + "\n";
    } catch (BrigException e) {
      String text = e.problems().getFirst().text();
      return ERROR + text.substring(0, text.length() - 1) + "\n"; // without its full stop
    } catch (IllegalArgumentException e) {
      return ERROR + "nobody knows what that means\n";
    }
  }

  /** Does it with a store that is at hand. */
  public static List<String> carryOut(SessionStore store, Verb verb, String argument)
      throws BrigException {
    SessionBook book = new SessionBook(store, SessionLimits.USUAL);
    return switch (verb) {
      case LIST -> book.live().stream().map(session -> SessionLine.of(session).text()).toList();
      case END -> List.of(book.end(argument) ? "1" : "0");
      case END_USER -> List.of(Integer.toString(book.endAccount(argument)));
      case DISABLE -> List.of(Integer.toString(book.disable(argument)));
      case ENABLE -> {
        book.enable(argument);
        yield List.of("0");
      }
    };
  }

  /**
   * Asks the listener.
   *
   * @return null when none is there
   */
  public static @Nullable List<String> ask(String path, String hole, Verb verb, String argument)
      throws BrigException {
    if (argument.indexOf('\t') >= 0 || argument.indexOf('\n') >= 0) {
      throw BrigException.usage(
          Problem.of("cannot " + verb.name().toLowerCase(Locale.ROOT) + " '" + argument + "'")
              .answered("there is a tab or a line end in it"));
    }
    List<String> lines = new ArrayList<>();
    try (SocketChannel channel = connect(path)) {
      if (channel == null) {
        return null;
      }
      String line = hole + "\t" + verb + "\t" + argument + "\n";
      ByteBuffer asked = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (asked.hasRemaining()) {
        channel.write(asked);
      }
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      String said;
      while ((said = reader.readLine()) != null) {
        if (!said.isEmpty()) {
          lines.add(said);
        }
      }
    } catch (IOException e) {
      throw BrigException.refused(
          Problem.of("cannot ask the listener at " + path)
              .answered(String.valueOf(e.getMessage())));
    }
    if (!lines.isEmpty() && lines.getFirst().startsWith(ERROR)) {
      throw BrigException.refused(Problem.of(lines.getFirst().substring(ERROR.length())));
    }
    return lines;
  }

  private static @Nullable SocketChannel connect(String path) {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      return null; // no socket, or nobody behind it
    }
  }

  @Override
  public void close() throws LinuxException {
    try {
      server.close();
    } catch (IOException e) {
      // It is not used any more.
    }
    HostFiles.delete(path);
  }
}
