package brig.cli.learn;

import brig.cli.library.SymbolHunt;
import brig.plan.Host;
import brig.plan.loader.LibraryDirectories;
import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The loader says that a symbol is missing: which libraries of the host have it? */
final class MissingSymbols {
  // "symbol lookup error: /opt/x.so: undefined symbol: res_query, version GLIBC_2.2"; musl: "Error
  // relocating /opt/x.so: res_query: symbol not found".
  private static final Pattern GLIBC = Pattern.compile("(\\S+): undefined symbol: ([\\w.$]+)");
  private static final Pattern MUSL =
      Pattern.compile("relocating (\\S+): ([\\w.$]+): symbol not found");
  private static final int MOST_FILES = 5;

  private MissingSymbols() {}

  static List<Problem> in(List<String> words, Host host) throws IOException {
    List<Problem> problems = new ArrayList<>();
    Set<String> told = new TreeSet<>();
    for (String line : words) {
      for (Pattern pattern : List.of(GLIBC, MUSL)) {
        Matcher match = pattern.matcher(line);
        while (match.find()) {
          if (told.add(match.group(2))) {
            problems.add(problem(match.group(1), match.group(2), host));
          }
        }
      }
    }
    return problems;
  }

  private static Problem problem(String file, String symbol, Host host) throws IOException {
    SymbolHunt hunt = new SymbolHunt(host, symbol);
    for (String directory : LibraryDirectories.of(host)) {
      hunt.searchFlat(directory);
    }
    Set<String> files = new TreeSet<>();
    for (SymbolHunt.Hit hit : hunt.hits()) {
      if (hit.entry().defined()) {
        files.add(hit.file());
      }
    }
    String places =
        files.isEmpty()
            ? "No library in the loader's directories has it; brig needs --in DIR "
                + symbol
                + " looks elsewhere."
            : String.join(", ", files.stream().limit(MOST_FILES).toList())
                + (files.size() == 1 ? " has it" : " have it")
                + ": "
                + file
                + " counts on it to be loaded already. See by whom on the host: brig trace.";
    return Problem.of(file + " lacks the symbol " + symbol).remedy(places);
  }
}
