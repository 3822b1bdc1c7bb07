package brig.spec;

import brig.report.Position;
import java.util.List;

/** What is well written on each line and cannot be together. */
final class Contradictions {
  private final JailSpec spec;
  private final JailSpec.FileSet files;
  private final Mistakes mistakes;

  private Contradictions(JailSpec spec, Mistakes mistakes) {
    this.spec = spec;
    this.files = spec.files();
    this.mistakes = mistakes;
  }

  static void check(JailSpec spec, Mistakes mistakes) {
    Contradictions contradictions = new Contradictions(spec, mistakes);
    contradictions.checkWritable();
    contradictions.checkTemporary();
    contradictions.checkHidden();
    contradictions.checkProgram();
    contradictions.checkExcluded();
  }

  private void checkWritable() {
    for (Located<JailSpec.WritablePath> place : files.writable()) {
      String path = place.value().path();
      Located<JailSpec.MountedPath> map =
          PathRules.covering(path, files.mapped(), JailSpec.MountedPath::inside);
      if (map != null) {
        mistakes.add(
            place.at(),
            "\"" + path + "\" cannot be writable: it is in what [files] map brings in read-only",
            "See line " + map.at().line() + "; let the service write elsewhere.");
      }
      Located<JailSpec.TemporaryPath> temporary =
          PathRules.covering(path, files.temporary(), JailSpec.TemporaryPath::path);
      if (temporary != null) {
        both(path, place.at(), temporary.at(), "writable", "temporary");
      }
    }
  }

  private void checkTemporary() {
    for (Located<JailSpec.TemporaryPath> place : files.temporary()) {
      String path = place.value().path();
      Located<JailSpec.WritablePath> writable =
          PathRules.covering(path, files.writable(), JailSpec.WritablePath::path);
      if (writable != null && !writable.value().path().equals(path)) {
        both(path, place.at(), writable.at(), "temporary", "writable");
      }
    }
  }

  private void both(String path, Position at, Position other, String key, String otherKey) {
    mistakes.add(
        at,
        "\"" + path + "\" cannot be " + key + ": it is in what is " + otherKey,
        "See line " + other.line() + "; leave one out.");
  }

  /** A place that is mounted at start hides what the tree has there. */
  private void checkHidden() {
    for (Located<JailSpec.MountedPath> map : files.mapped()) {
      checkHidden(map.value().inside(), map.at());
    }
    for (Located<JailSpec.Content> content : files.contents()) {
      checkHidden(content.value().path(), content.at());
    }
    for (Located<String> directory : files.directories()) {
      checkHidden(directory.value(), directory.at());
    }
  }

  private void checkHidden(String path, Position at) {
    Located<JailSpec.WritablePath> writable =
        PathRules.covering(path, files.writable(), JailSpec.WritablePath::path);
    Located<JailSpec.TemporaryPath> temporary =
        PathRules.covering(path, files.temporary(), JailSpec.TemporaryPath::path);
    if (writable != null) {
      hidden(path, at, "writable", writable.at());
    } else if (temporary != null) {
      hidden(path, at, "temporary", temporary.at());
    }
  }

  private void hidden(String path, Position at, String key, Position by) {
    mistakes.add(
        at,
        "\"" + path + "\" would be hidden by the " + key + " place at line " + by.line(),
        "Choose another place for one of them.");
  }

  private void checkProgram() {
    List<Located<String>> programs = new java.util.ArrayList<>(files.programs());
    programs.add(new Located<>(spec.command().program(), spec.command().argv().at()));
    for (Located<String> program : programs) {
      Located<JailSpec.WritablePath> writable =
          PathRules.covering(program.value(), files.writable(), JailSpec.WritablePath::path);
      if (writable != null) {
        mistakes.add(
            writable.at(),
            "the service could replace its own program \"" + program.value() + "\"",
            "Let it write elsewhere than in \"" + writable.value().path() + "\".");
      }
      Located<JailSpec.TemporaryPath> temporary =
          PathRules.covering(program.value(), files.temporary(), JailSpec.TemporaryPath::path);
      if (temporary != null) {
        hidden(program.value(), program.at(), "temporary", temporary.at());
      }
    }
  }

  private void checkExcluded() {
    for (Located<String> excluded : files.exclude()) {
      if (excluded.value().equals(spec.command().program())) {
        mistakes.add(
            excluded.at(), "the program of 'command' is left out by 'exclude'", "Leave one out.");
      }
      refuseAlso(excluded, files.include(), "include");
      refuseAlso(excluded, files.programs(), "programs");
    }
  }

  private void refuseAlso(Located<String> excluded, List<Located<String>> wanted, String key) {
    for (Located<String> path : wanted) {
      if (path.value().equals(excluded.value())) {
        mistakes.add(
            excluded.at(),
            "\"" + excluded.value() + "\" is both in '" + key + "' and in 'exclude'",
            "See line " + path.at().line() + "; leave one out.");
      }
    }
  }
}
