package brig.launch.service;

import org.jspecify.annotations.Nullable;

/** What the last words of a dead service point to. */
public sealed interface Clue {
  /** It asked for a file. */
  record File(String path) implements Clue {}

  /** It could not write to a file, or make one. */
  record Unwritable(String path) implements Clue {}

  /** The loader found no library of that name. */
  record Library(String name) implements Clue {}

  record User(String name) implements Clue {}

  record Group(String name) implements Clue {}

  /** Another process has the port. */
  record PortTaken() implements Clue {}

  /** It calls chroot(2) itself. */
  record OwnChroot() implements Clue {}

  /** A port that it may not bind: below 1024 without the capability, or not in the jailfile. */
  record PortRefused() implements Clue {}

  /** Something was refused that no file explains. */
  record Refused(@Nullable String path) implements Clue {}
}
