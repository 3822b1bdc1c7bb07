package brig.learn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears how learning goes on. */
public interface Teller {
  /** A round begins: the jail is built, the service is about to start. */
  void round(int number);

  /**
   * A round has ended.
   *
   * @param failure null: all that was asked of the service succeeded
   */
  void ended(int number, @Nullable String failure, List<Addition> additions);
}
