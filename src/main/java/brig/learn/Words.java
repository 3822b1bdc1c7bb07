package brig.learn;

import brig.launch.service.Clue;
import brig.launch.service.Clues;
import brig.learn.Outside.Found;
import brig.plan.HostAccounts;
import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedAccount;
import brig.trace.Access;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what the service said. A passwd that lacks a name, a module that python does not find in a
 * directory: no call fails for these, and only the service's own words tell. Nothing is believed:
 * it must be so that the host has it and the jail has not.
 */
final class Words {
  private static final Pattern MODULE = Pattern.compile("No module named '?([\\w.]+)'?");
  private static final Pattern ACCOUNT =
      Pattern.compile(
          "(?i)(user|group|owner|getpwnam|getgrnam|uid|gid|name not found)(?: ?name)?"
              + "[^A-Za-z0-9_]{1,6}([a-z_][\\w.-]*)");
  private static final int SMALL = 256 * 1024;
  private static final int MOST_OF_A_PACKAGE = 2000;

  private final Judge judge;
  private final Outside outside;
  private final Zeal zeal;
  private final HostAccounts names;

  Words(Judge judge, Zeal zeal) {
    this.judge = judge;
    this.outside = judge.hearing().outside();
    this.zeal = zeal;
    this.names = outside.accounts();
  }

  void see(List<String> lines, List<Asked> asked) {
    String program = judge.hearing().spec().command().program();
    Evidence said = judge.hearing().said(program);
    for (Clue clue : Clues.in(lines)) {
      switch (clue) {
        case Clue.File file -> wanted(file.path(), said);
        case Clue.User user -> account(false, user.name(), said);
        case Clue.Group group -> account(true, group.name(), said);
        case Clue.Library _, Clue.Unwritable _, Clue.PortTaken _, Clue.PortRefused _ -> {}
        case Clue.Refused _, Clue.OwnChroot _ -> {}
      }
    }
    for (String line : lines) {
      accountsIn(line, said);
      Matcher module = MODULE.matcher(line);
      while (module.find()) {
        module(module.group(1), asked);
      }
    }
    if (zeal != Zeal.WISHES && judge.hearing().additions().isEmpty()) {
      accountsOfConfiguration(asked);
    }
  }

  private void wanted(String word, Evidence said) {
    String path = outside.plain(word);
    Found found = outside.find(path);
    if (found != null) {
      judge.want(path, found, said, "named in what " + said.by() + " said");
    }
  }

  private void account(boolean group, String name, Evidence evidence) {
    boolean known = group ? judge.inside().knowsGroup(name) : judge.inside().knowsUser(name);
    boolean there = group ? names.group(name) != null : names.user(name) != null;
    if (!known && there) {
      String why =
          evidence.call().equals("output")
              ? "named in what " + evidence.by() + " said"
              : "named in a file that " + evidence.by() + " reads (" + evidence.call() + ")";
      judge
          .hearing()
          .additions()
          .putIfAbsent(
              (group ? "group " : "user ") + name,
              new Addition.Account(new LearnedAccount(group, name, evidence), why));
    }
  }

  private void accountsIn(String line, Evidence evidence) {
    Matcher match = ACCOUNT.matcher(line);
    while (match.find()) {
      String kind = match.group(1).toLowerCase(Locale.ROOT);
      String name = match.group(2);
      boolean group = kind.startsWith("g");
      if (group || kind.equals("name not found")) {
        account(true, name, evidence);
      }
      if (!group) {
        account(false, name, evidence);
      }
    }
  }

  /** A service that read passwd, and failed without a word: which names did it look for there? */
  private void accountsOfConfiguration(List<Asked> asked) {
    boolean looked = false;
    for (Asked one : asked) {
      looked |= one.got() && (one.path().equals("/etc/passwd") || one.path().equals("/etc/group"));
    }
    if (!looked) {
      return;
    }
    for (Asked one : asked) {
      if (!one.got() || one.access() != Access.READ || one.path().contains(".so")) {
        continue;
      }
      Found found = outside.find(one.path());
      if (found == null || !found.isFile() || one.path().startsWith("/etc/passwd")) {
        continue;
      }
      byte[] text = outside.small(found, SMALL);
      if (!isText(text)) {
        continue;
      }
      Evidence read = judge.hearing().evidence(one);
      for (String line : new String(text, StandardCharsets.UTF_8).split("\n", -1)) {
        String plain = line.strip();
        if (!plain.startsWith("#") && !plain.startsWith(";") && !plain.startsWith("//")) {
          accountsIn(plain, read);
        }
      }
    }
  }

  private static boolean isText(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return false;
      }
    }
    return bytes.length > 0;
  }

  /** A module of python's, in one of the directories that it listed. */
  private void module(String name, List<Asked> asked) {
    String below = name.replace('.', '/');
    String last = below.substring(below.lastIndexOf('/') + 1);
    Set<String> seen = new TreeSet<>();
    for (Asked one : asked) {
      if (one.access() != Access.LIST || !one.got() || !seen.add(one.path())) {
        continue;
      }
      String directory = outside.plain(one.path());
      // For a.b, python lists the directory of a.
      for (String candidate : List.of(directory + "/" + below, directory + "/" + last)) {
        module(candidate, one);
      }
    }
  }

  private void module(String candidate, Asked one) {
    Found found = outside.find(candidate + ".py");
    String why = "a module that " + one.by() + " looked for in a list (" + one.call() + ")";
    if (found != null) {
      judge.want(candidate + ".py", found, one, why);
    }
    if (outside.find(candidate + "/__init__.py") != null) {
      List<String> files = new ArrayList<>();
      below(candidate, files);
      for (String file : files) {
        Found each = outside.find(file);
        if (each != null) {
          judge.want(file, each, one, why);
        }
      }
    }
    String directory = Outside.parent(candidate);
    String name = candidate.substring(directory.length() + 1);
    for (String other : outside.names(directory)) {
      if (other.startsWith(name + ".") && other.endsWith(".so")) {
        Found each = outside.find(directory + "/" + other);
        if (each != null) {
          judge.want(directory + "/" + other, each, one, why);
        }
      }
    }
  }

  private void below(String directory, List<String> files) {
    for (String name : outside.names(directory)) {
      String path = directory + "/" + name;
      Found found = outside.find(path);
      if (found == null || name.equals("__pycache__") || files.size() > MOST_OF_A_PACKAGE) {
        continue;
      }
      if (found.isDirectory()) {
        below(path, files);
      } else {
        files.add(path);
      }
    }
  }
}
