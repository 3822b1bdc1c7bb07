package brig.web.wire;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The socket between parent and worker. A message is a word and a text, descriptors with it; a blob
 * is a name and bytes, in as many packets as it takes.
 */
public final class Channel implements AutoCloseable {
  private static final int CHUNK = 32 * 1024;

  private final PacketSocket socket;

  public Channel(PacketSocket socket) {
    this.socket = socket;
  }

  /** What is said. */
  public enum Word {
    /** To the worker: a file that was read for it; the text is its name. */
    BLOB(1),
    /** To the worker: who it is to be; what it is handed comes with it. */
    ORDER(2),
    /** From the worker: all is loaded, and it has gone in. Or why not: FAILED. */
    ENTERED(3),
    /** To the worker: it was looked at from outside, and may accept. */
    ACCEPT(4),
    /** From the worker: it accepts. */
    SERVING(5),
    /** From the worker: it cannot go on, and why. */
    FAILED(6),
    /** From the worker: something to be told. */
    WARNING(7),
    /** To the worker: the logs, opened anew. */
    LOGS(8),
    /** To the worker: accept no more, finish, end. */
    FINISH(9),
    /** To the worker: try the ways out that it has; a directory outside comes with it. */
    TRY(10),
    /** From the worker: what it tried. */
    TRIED(11);

    private static final Word[] ALL = values();

    private final byte code;

    Word(int code) {
      this.code = (byte) code;
    }

    static @Nullable Word of(byte code) {
      for (Word word : ALL) {
        if (word.code == code) {
          return word;
        }
      }
      return null;
    }
  }

  /** A message. A blob has bytes, others have none. */
  public record Message(Word word, String text, List<Fd> descriptors, byte[] bytes) {}

  public Fd fd() {
    return socket.fd();
  }

  public void send(Word word, String text, List<Fd> descriptors) throws LinuxException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[Math.min(bytes.length, CHUNK) + 1];
    message[0] = word.code;
    System.arraycopy(bytes, 0, message, 1, message.length - 1);
    socket.send(message, descriptors);
  }

  public void blob(String name, byte[] content) throws LinuxException {
    send(Word.BLOB, content.length + " " + name, List.of());
    for (int at = 0; at < content.length; at += CHUNK) {
      socket.send(Arrays.copyOfRange(content, at, Math.min(content.length, at + CHUNK)));
    }
  }

  /** The next message; null when the other end is closed. */
  public @Nullable Message receive(long millis) throws LinuxException {
    PacketSocket.Packet packet = socket.receive(millis);
    if (packet == null) {
      return null;
    }
    byte[] bytes = packet.bytes();
    Word word = Word.of(bytes[0]);
    if (word == null) {
      throw new LinuxException("recvmsg", "the channel", Errno.EBADMSG);
    }
    String text = new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
    if (word != Word.BLOB) {
      return new Message(word, text, packet.descriptors(), new byte[0]);
    }
    int blank = text.indexOf(' ');
    byte[] content = new byte[Integer.parseInt(text.substring(0, blank))];
    for (int at = 0; at < content.length; ) {
      PacketSocket.Packet part = socket.receive(millis);
      if (part == null || part.bytes().length > content.length - at) {
        return null;
      }
      System.arraycopy(part.bytes(), 0, content, at, part.bytes().length);
      at += part.bytes().length;
    }
    return new Message(word, text.substring(blank + 1), List.of(), content);
  }

  @Override
  public void close() {
    socket.close();
  }
}
