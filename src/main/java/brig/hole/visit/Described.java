package brig.hole.visit;

import brig.hole.wire.Bytes;
import brig.hole.wire.End;
import brig.hole.wire.ServerFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request that wants a job described.
 *
 * @param token what the visitor must hold from now on; null: what it has
 * @param json the description for programs; empty: none
 * @param html the same for a page; empty: there is none
 * @param isPage whether a page was asked for: then the JSON goes beside it
 */
public record Described(@Nullable String token, String json, String html, boolean isPage, End end) {
  private static final int PART = 32 * 1024;

  /** As frames, the end last. */
  public List<ServerFrame> frames() {
    List<ServerFrame> frames = new ArrayList<>();
    if (token != null) {
      frames.add(new ServerFrame.Rotated(token));
    }
    for (Bytes part : parts(json)) {
      frames.add(isPage ? new ServerFrame.Fields(part) : new ServerFrame.Output(part));
    }
    for (Bytes part : parts(html)) {
      frames.add(new ServerFrame.Output(part));
    }
    frames.add(new ServerFrame.Ending(end));
    return frames;
  }

  static List<Bytes> parts(String text) {
    byte[] bytes = Bytes.of(text).array();
    List<Bytes> parts = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += PART) {
      parts.add(
          Bytes.of(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + PART))));
    }
    return parts;
  }

  /** Neither token nor form: they may be secrets. */
  @Override
  public String toString() {
    return "Described[" + end + "]";
  }
}
