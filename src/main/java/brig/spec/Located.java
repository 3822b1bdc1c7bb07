package brig.spec;

import brig.report.Position;
import java.util.Objects;

/** A value of the jailfile with the place where it is written, for reasons and error messages. */
public record Located<T>(T value, Position at) {
  public Located {
    Objects.requireNonNull(value);
    Objects.requireNonNull(at);
  }
}
