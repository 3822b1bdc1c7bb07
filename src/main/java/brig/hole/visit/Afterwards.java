package brig.hole.visit;

import brig.hole.wire.Bytes;
import brig.hole.wire.End;
import brig.hole.wire.ServerFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a visitor is told when all steps of a job have succeeded, before the end.
 *
 * @param token what the visitor must hold from now on; null: what it has
 * @param next the forms that the result leads to, as JSON; empty: none
 * @param instead how the call ends in place of well, because its session could not be changed;
 *     null: well
 */
public record Afterwards(@Nullable String token, String next, @Nullable End instead) {
  /** As frames, without the end. */
  public List<ServerFrame> frames() {
    List<ServerFrame> frames = new ArrayList<>();
    if (token != null) {
      frames.add(new ServerFrame.Rotated(token));
    }
    for (Bytes part : Described.parts(next)) {
      frames.add(new ServerFrame.Fields(part));
    }
    return frames;
  }

  /** Not the token. */
  @Override
  public String toString() {
    return "Afterwards[" + next + ", " + instead + "]";
  }
}
