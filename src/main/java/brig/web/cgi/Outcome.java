package brig.web.cgi;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Told what became of a request that no thread waits for: one of these, once. */
public interface Outcome {
  /**
   * The answer is sent.
   *
   * @param redirect where this server is to look instead; null: it is not
   */
  void answered(@Nullable String redirect);

  /** There is none, or no whole one. */
  void unanswered(IOException why);

  /** It takes longer than a moment: a thread that may wait does what is left. */
  void goOn(Rest rest);

  /** What is left to do. */
  @FunctionalInterface
  interface Rest {
    /** Returns when the answer is sent; the same as {@link #answered} is told. */
    @Nullable String run() throws IOException;
  }
}
