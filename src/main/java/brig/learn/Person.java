package brig.learn;

/** Who is asked about what should not come in by itself. */
@FunctionalInterface
public interface Person {
  /** True only when they said so; nobody there to be asked has not. */
  boolean agrees(String question);
}
