package brig.hole.job;

/** What is found of one value: what it is, or what is wrong with it. */
public sealed interface Judgement permits Value, FieldError {}
