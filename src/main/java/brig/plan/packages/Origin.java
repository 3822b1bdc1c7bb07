package brig.plan.packages;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The package that a file of the host comes from.
 *
 * @param name as a person names it: {@code libssl3}; with its architecture only when that is not
 *     the host's own, {@code libssl3:i386}
 * @param version as the package manager prints it, {@code 3.0.17-1~deb12u2}
 */
public record Origin(String name, String version) {
  public Origin {
    Objects.requireNonNull(name);
    Objects.requireNonNull(version);
  }

  // Written out: a record's own would be linked at run time, at the cost of milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Origin o && name.equals(o.name) && version.equals(o.version);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + version.hashCode();
  }

  /** {@code libssl3 3.0.17-1~deb12u2}. */
  public String text() {
    return name + " " + version;
  }
}
