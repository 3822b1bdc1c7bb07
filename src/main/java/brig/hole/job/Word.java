package brig.hole.job;

/** An argument, a value of the environment or a part of an input: always one whole word. */
public sealed interface Word {

  /** As it is written. */
  record Literal(String text) implements Word {}

  /** {@code {NAME}}: the value of a field; an optional one without a value is empty. */
  record OfField(String name) implements Word {}

  /** {@code {session.user}}: who has logged in. */
  record SessionUser() implements Word {}

  /** {@code {language}}: the language of the call, one of the hole's. */
  record Language() implements Word {}
}
