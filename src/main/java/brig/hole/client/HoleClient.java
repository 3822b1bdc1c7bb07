package brig.hole.client;

import brig.hole.wire.Bytes;
import brig.hole.wire.End;
import brig.hole.wire.Frame;
import brig.hole.wire.FrameDecoder;
import brig.hole.wire.ServerFrame;
import brig.hole.wire.WireException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls jobs through the socket of a hole. Each call has a connection of its own. */
public final class HoleClient {
  /** Where the doors are unless the jailfile says otherwise. */
  public static final String DOORS = "/run/hole";

  private static final int BUFFER = 64 << 10;

  private final String socket;

  /**
   * Makes a client; connects to nothing yet.
   *
   * @param doors the directory of the hole's doors
   */
  public HoleClient(String doors) {
    this.socket = doors + "/socket";
  }

  /** Gets the output as it comes. */
  @FunctionalInterface
  public interface Output {
    void write(Bytes bytes) throws IOException;
  }

  /**
   * Makes a call and waits for its end.
   *
   * @throws IOException the listener is not there, or went away before it had told the end
   */
  public HoleAnswer call(HoleCall call) throws IOException {
    return call(call, null);
  }

  /**
   * The same, the output going where it is wanted as it comes.
   *
   * @throws IOException the same, or {@code output} threw it: then the job ends as its description
   *     says of clients that leave
   */
  public HoleAnswer call(HoleCall call, @Nullable Output output) throws IOException {
    try (SocketChannel door = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      IOException unsent = send(door, call);
      try {
        return receive(door, output);
      } catch (WireException e) {
        throw new IOException("the hole said what it must not: " + e.getMessage(), e);
      } catch (IOException e) {
        if (unsent != null) {
          e.addSuppressed(unsent);
        }
        throw e;
      }
    }
  }

  /** Why not all could be sent: mostly the hole has said already what it does not like. */
  private static @Nullable IOException send(SocketChannel door, HoleCall call) {
    try {
      for (Frame frame : call.frames()) {
        ByteBuffer bytes = ByteBuffer.wrap(frame.encoded());
        while (bytes.hasRemaining()) {
          door.write(bytes);
        }
      }
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  private static HoleAnswer receive(SocketChannel door, @Nullable Output output)
      throws IOException, WireException {
    FrameDecoder decoder = new FrameDecoder();
    ByteBuffer in = ByteBuffer.allocate(BUFFER).limit(0);
    Gathered gathered = new Gathered(output);
    while (true) {
      Frame frame = decoder.next(in);
      if (frame != null) {
        End end = gathered.take(ServerFrame.of(frame));
        if (end != null) {
          return gathered.answer(end);
        }
        continue;
      }
      in.clear();
      if (door.read(in) < 0) {
        throw new IOException("the hole went away before the end");
      }
      in.flip();
    }
  }

  /** What has come so far. */
  private static final class Gathered {
    private final @Nullable Output listener;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final ByteArrayOutputStream form = new ByteArrayOutputStream();
    private final Map<String, String> wrong = new LinkedHashMap<>();
    private @Nullable String token;

    Gathered(@Nullable Output listener) {
      this.listener = listener;
    }

    /** The end, if that is what it is. */
    @Nullable End take(ServerFrame frame) throws IOException {
      switch (frame) {
        case ServerFrame.Output o when listener != null -> listener.write(o.bytes());
        case ServerFrame.Output o -> output.writeBytes(o.bytes().array());
        case ServerFrame.Errors e -> errors.writeBytes(e.bytes().array());
        case ServerFrame.Fields f -> form.writeBytes(f.json().array());
        case ServerFrame.Wrong w -> wrong.put(w.field(), w.message());
        case ServerFrame.Rotated n -> token = n.token();
        case ServerFrame.Started p -> {}
        case ServerFrame.Ended p -> {}
        case ServerFrame.Place q -> {}
        case ServerFrame.Ending x -> {
          return x.end();
        }
      }
      return null;
    }

    HoleAnswer answer(End end) {
      return new HoleAnswer(
          end,
          Bytes.of(output.toByteArray()),
          Bytes.of(errors.toByteArray()),
          Map.copyOf(wrong),
          Bytes.of(form.toByteArray()),
          token);
    }
  }
}
