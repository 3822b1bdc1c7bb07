package brig.hole.client;

import brig.hole.wire.Bytes;
import brig.hole.wire.ClientFrame;
import brig.hole.wire.Description;
import brig.hole.wire.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a hole. Names and values are judged by the listener; one of more than {@link
 * Frame#MAX_PAYLOAD} bytes with its name cannot be sent.
 */
public final class HoleCall {
  private final @Nullable String job;
  private final Map<String, Bytes> values = new LinkedHashMap<>();
  private final Map<String, Bytes> files = new LinkedHashMap<>();
  private @Nullable String token;
  private String language = "";
  private @Nullable Description describe;

  private HoleCall(@Nullable String job) {
    this.job = job;
  }

  /** Runs a job. */
  public static HoleCall run(String job) {
    return new HoleCall(job);
  }

  /**
   * Has a job described. What a form sent goes along where it is to be checked, files too: of a
   * wizard they are kept.
   *
   * @param job null: all jobs
   */
  public static HoleCall describe(@Nullable String job, Description as) {
    HoleCall call = new HoleCall(job);
    call.describe = as;
    return call;
  }

  public HoleCall with(String field, String value) {
    return with(field, Bytes.of(value));
  }

  public HoleCall with(String field, Bytes value) {
    values.put(field, value);
    return this;
  }

  /** Gives the bytes of a field of type file. */
  public HoleCall withFile(String field, Bytes content) {
    files.put(field, content);
    return this;
  }

  /** Comes with a session's token. */
  public HoleCall as(@Nullable String sessionToken) {
    token = sessionToken;
    return this;
  }

  /**
   * Wishes a language.
   *
   * @param wish a tag or a whole Accept-Language
   */
  public HoleCall in(String wish) {
    language = wish;
    return this;
  }

  /**
   * All of it as frames.
   *
   * @throws IllegalArgumentException a value is too long for a frame
   */
  List<Frame> frames() {
    List<ClientFrame> frames = new ArrayList<>();
    frames.add(new ClientFrame.Version(ClientFrame.VERSION));
    if (job != null) {
      frames.add(new ClientFrame.Job(job));
    }
    if (token != null) {
      frames.add(new ClientFrame.Token(token));
    }
    if (!language.isEmpty()) {
      frames.add(new ClientFrame.Language(language));
    }
    values.forEach((name, value) -> frames.add(new ClientFrame.Value(name, value)));
    files.forEach((name, content) -> section(name, content, frames));
    frames.add(describe == null ? new ClientFrame.Go() : new ClientFrame.Describe(describe));
    List<Frame> wire = new ArrayList<>(frames.size());
    for (ClientFrame frame : frames) {
      wire.add(frame.frame());
    }
    return wire;
  }

  private static void section(String name, Bytes content, List<ClientFrame> frames) {
    byte[] bytes = content.array();
    for (int at = 0; at < bytes.length; at += Frame.MAX_PAYLOAD) {
      int end = Math.min(bytes.length, at + Frame.MAX_PAYLOAD);
      frames.add(new ClientFrame.Input(Bytes.of(Arrays.copyOfRange(bytes, at, end))));
    }
    frames.add(new ClientFrame.EndOfSection(name));
  }
}
