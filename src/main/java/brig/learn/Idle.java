package brig.learn;

import brig.elf.DlopenRequest;
import brig.elf.Dynamic;
import brig.elf.ElfException;
import brig.elf.ElfFile;
import brig.plan.Entry;
import brig.plan.Host;
import brig.plan.Plan;
import brig.plan.Reason;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Parts the files of a jail into those that stay and those that no run touched.
 *
 * <p>What stays: what a run opened, executed, mapped, listed or asked about; what the jailfile or
 * the lock file names itself; what {@link KeepRules} name; and, of all that stays, the libraries
 * that it needs, the loader, and the interpreter. A library is kept by its name, wherever it lies:
 * of several with one name, such as the variants for lesser processors, all stay.
 */
final class Idle {
  private final Plan plan;
  private final Host host;
  private final Set<String> named;
  private final Map<String, List<Entry>> byName = new HashMap<>();
  private final Map<String, String> kept = new TreeMap<>();
  private final Deque<Entry.File> unseen = new ArrayDeque<>();
  private final Inside inside;

  /**
   * @param touched paths inside, free of links
   */
  Idle(Plan plan, JailSpec spec, Host host, Set<String> touched) throws IOException {
    this.plan = plan;
    this.host = host;
    this.inside = new Inside(plan);
    this.named = lines(spec);
    for (Entry entry : plan.entries()) {
      byName.computeIfAbsent(name(entry.path()), _ -> new ArrayList<>(1)).add(entry);
    }
    for (Entry entry : plan.entries()) {
      if (entry instanceof Entry.File file) {
        String why = why(file, touched);
        if (why != null) {
          keep(file, why);
        }
      } else if (entry instanceof Entry.Link link) {
        String why = KeepRules.reason(link.path());
        if (why != null && plan.entry(inside.real(link.path())) instanceof Entry.File file) {
          keep(file, why);
        }
      }
    }
    for (Entry.File file = unseen.poll(); file != null; file = unseen.poll()) {
      keepWhatItNeeds(file);
    }
  }

  private @Nullable String why(Entry.File file, Set<String> touched) {
    if (touched.contains(file.path())) {
      return "touched by a run";
    }
    for (Reason reason : file.reasons()) {
      if (named.contains(reason.chain().getFirst())) {
        return "named in the jailfile or the lock file";
      }
    }
    return KeepRules.reason(file.path());
  }

  /** The beginnings of the chains of what is named: {@code www.toml:9}. */
  private static Set<String> lines(JailSpec spec) {
    Set<String> lines = new HashSet<>();
    spec.files().include().forEach(line -> lines.add(line(line)));
    spec.files().programs().forEach(line -> lines.add(line(line)));
    spec.files().mapped().forEach(line -> lines.add(line(line)));
    spec.files().contents().forEach(line -> lines.add(line(line)));
    spec.learned().paths().forEach(line -> lines.add(line(line)));
    return lines;
  }

  private static String line(Located<?> located) {
    return name(located.at().file()) + ":" + located.at().line();
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void keep(Entry.File file, String why) {
    if (kept.putIfAbsent(file.path(), why) == null) {
      unseen.add(file);
    }
  }

  private void keepWhatItNeeds(Entry.File file) throws IOException {
    byte[] head = host.head(file.source());
    if (head.length > 4 && head[0] == 0x7F && head[1] == 'E') {
      try {
        ElfFile elf = host.elf(file.source());
        if (elf != null) {
          keepNeeded(file.path(), elf);
        }
      } catch (ElfException e) {
        // A damaged one needs nothing that could be told.
      }
    } else if (head.length > 2 && head[0] == '#' && head[1] == '!') {
      keepInterpreter(file.path(), head);
    }
  }

  private void keepNeeded(String by, ElfFile elf) {
    String loader = elf.interpreter();
    if (loader != null) {
      keepNamed(name(loader), "the loader of " + by);
    }
    Dynamic dynamic = elf.dynamic();
    if (dynamic != null) {
      for (List<String> names :
          List.of(dynamic.needed(), dynamic.filters(), dynamic.auxiliaries())) {
        for (String soname : names) {
          keepNamed(name(soname), "needed by " + by);
        }
      }
    }
    for (DlopenRequest request : elf.dlopen()) {
      for (String soname : request.sonames()) {
        keepNamed(name(soname), "loaded at run time by " + by);
      }
    }
  }

  private void keepInterpreter(String by, byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\n');
    for (String word : text.substring(2, end < 0 ? text.length() : end).split(" ", -1)) {
      if (!word.isEmpty() && !word.startsWith("-")) {
        keepNamed(name(word), "the interpreter of " + by);
      }
    }
  }

  /** Every file of that name, and what links of that name lead to. */
  private void keepNamed(String name, String why) {
    for (Entry entry : byName.getOrDefault(name, List.of())) {
      switch (entry) {
        case Entry.File file -> keep(file, why);
        case Entry.Link link -> {
          if (plan.entry(inside.real(link.path())) instanceof Entry.File file) {
            keep(file, why);
          }
        }
        case Entry.Generated _,
            Entry.Directory _,
            Entry.Writable _,
            Entry.Device _,
            Entry.Socket _ -> {}
      }
    }
  }

  /** Path to reason of every file that stays, sorted. */
  Map<String, String> kept() {
    return kept;
  }

  boolean leavesOut(String path) {
    Entry entry = plan.entry(path);
    return switch (entry) {
      case null -> false;
      case Entry.File file -> !kept.containsKey(file.path());
      case Entry.Link link -> {
        Entry end = plan.entry(inside.real(link.path()));
        yield end instanceof Entry.File file && !kept.containsKey(file.path());
      }
      case Entry.Generated _, Entry.Directory _, Entry.Writable _, Entry.Device _, Entry.Socket _ ->
          false;
    };
  }
}
