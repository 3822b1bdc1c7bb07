package brig.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One recipe under test: what it is told of the test's own files, what is laid out for it, and what
 * a real client asks.
 *
 * @param jails recipes in the order of their starts; the last is the one that is asked
 * @param changes text of a jailfile to what takes its place, for the test's own paths
 * @param added to each jailfile's end
 * @param alsoMounted it is served a second time in mode "bind"; one of another mode is not
 */
record Recipe(
    List<String> jails,
    Map<String, String> changes,
    Map<String, String> added,
    Step prepare,
    Step start,
    Questions questions,
    boolean alsoMounted) {

  /** What is done with the machine before. */
  @FunctionalInterface
  interface Step {
    void run(Installation machine) throws Exception;
  }

  /** What a client asks, and what was answered: the same in every mode. */
  @FunctionalInterface
  interface Questions {
    List<String> ask(Installation machine) throws Exception;
  }

  static Recipe of(String jail) {
    return of(List.of(jail));
  }

  static Recipe of(List<String> jails) {
    return new Recipe(
        jails, Map.of(), Map.of(), machine -> {}, machine -> {}, machine -> List.of(), true);
  }

  /** Replaces a text that the recipe must have. */
  Recipe change(String from, String to) {
    Map<String, String> all = new LinkedHashMap<>(changes);
    all.put(from, to);
    return new Recipe(jails, all, added, prepare, start, questions, alsoMounted);
  }

  /** What is at another place of the host than in the jail; {@code HOME} is the test's. */
  Recipe map(String jail, String inside, String outside) {
    Map<String, String> all = new LinkedHashMap<>(added);
    all.merge(jail, "\"" + inside + "\" = \"" + outside + "\"", (a, b) -> a + ", " + b);
    return new Recipe(jails, changes, all, prepare, start, questions, alsoMounted);
  }

  /** What is laid out before the first build. */
  Recipe prepared(Step step) {
    return new Recipe(jails, changes, added, step, start, questions, alsoMounted);
  }

  /** What is done between the build and the start. */
  Recipe built(Step step) {
    return new Recipe(jails, changes, added, prepare, step, questions, alsoMounted);
  }

  Recipe asked(Questions asked) {
    return new Recipe(jails, changes, added, prepare, start, asked, alsoMounted);
  }

  /** Its mode is its own: there is no other to compare with. */
  Recipe inItsOwnMode() {
    return new Recipe(jails, changes, added, prepare, start, questions, false);
  }

  /** A text with a part changed that must be there. */
  static String with(String text, String from, String to) {
    assertThat(text).contains(from);
    return text.replace(from, to);
  }

  /** The jailfile of one of them, as the test wants it. */
  String text(String jail, String recipe, Path home) {
    String text = recipe;
    for (Map.Entry<String, String> change : changes.entrySet()) {
      text = text.replace(change.getKey(), change.getValue());
    }
    String map = added.get(jail);
    if (map != null) {
      text = text.replaceFirst("\n\\[files]\n", "\n[files]\nmap = { " + map + " }\n");
    }
    return text.replace("HOME", home.toString());
  }

  @Override
  public String toString() {
    return String.join(" and ", new ArrayList<>(jails));
  }
}
