package brig.web.hole;

import brig.hole.front.Front;
import brig.hole.front.FrontRequest;
import brig.hole.front.FrontResponse;
import brig.hole.front.FrontResponse.Content;
import brig.hole.front.Listener;
import brig.hole.wire.Bytes;
import brig.hole.wire.ClientFrame;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.ServerFrame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forms that are shown and sent before the worker goes in, to a listener that is none, so that all
 * that it takes is loaded: inside there are no files.
 */
final class Rehearsal {
  private static final String JOB = "/rehearsal";

  private Rehearsal() {}

  static void play() throws IOException, InterruptedException {
    Thread thread = Thread.ofVirtual().start(Rehearsal::askAll);
    thread.join();
  }

  private static void askAll() {
    Front front = new Front("/", Answering::new);
    for (String path : List.of("/", JOB, "/?", "/-/none/events", "/-/brig.js", "/ / /")) {
      ask(front, "GET", path, "", "");
    }
    ask(front, "POST", JOB, "application/x-www-form-urlencoded", "brig_go=back&a=%C3%A9");
    ask(
        front,
        "POST",
        JOB,
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B--\r\n");
    String run = ask(front, "POST", JOB, "application/x-www-form-urlencoded", "a=b&brig_nonce=x");
    ask(front, "GET", run, "", "");
    ask(front, "GET", run + "/events", "", "");
    ask(front, "GET", run + "/output", "", "");
    ask(new Front("/", Rehearsal::nobody), "GET", "/", "", "");
  }

  private static Listener.Call nobody() throws IOException {
    throw new IOException("nobody listens");
  }

  /** Where the answer leads. */
  private static String ask(Front front, String method, String path, String type, String body) {
    FrontResponse response =
        front.answer(
            new FrontRequest(
                method,
                path,
                "",
                Map.of(
                    "host", "rehearsal",
                    "origin", "http://rehearsal",
                    "accept-language", "en",
                    "cookie", "brig=" + "rehearsal".repeat(4),
                    "content-type", type),
                false,
                "",
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
    if (response.content() instanceof Content.Streamed(FrontResponse.Writer writer)) {
      try {
        writer.write(new ByteArrayOutputStream());
      } catch (IOException e) {
        throw new IllegalStateException(e); // memory takes everything
      }
    }
    for (FrontResponse.Header header : response.headers()) {
      if (header.name().equals("Location")) {
        return header.value();
      }
    }
    return "/";
  }

  /** Describes a form, runs a job. */
  private static final class Answering implements Listener.Call {
    private final Deque<ServerFrame> frames = new ArrayDeque<>();

    private static Bytes bytes(String text) {
      return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void send(List<ClientFrame> sent) {
      frames.add(
          new ServerFrame.Fields(
              bytes(
                  "{\"language\":\"en\",\"title\":\"t\",\"x\":[1],\"next\":[{\"job\":\"a\","
                      + "\"title\":\"b\"}],\"login\":[]}")));
      frames.add(new ServerFrame.Output(bytes("<p>é</p>")));
      frames.add(new ServerFrame.Ending(End.of(Reason.DONE)));
    }

    @Override
    public @Nullable ServerFrame next() {
      return frames.poll();
    }

    @Override
    public void close() {
      frames.clear();
    }
  }
}
