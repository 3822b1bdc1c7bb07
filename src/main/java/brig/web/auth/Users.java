package brig.web.auth;

import brig.linux.FileNames;
import brig.report.Position;
import brig.report.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The users of a file as htpasswd writes it, {@code name:hash}, or as htdigest does, {@code
 * name:realm:hash}; of the latter those that are of the realm. Empty lines and those that begin
 * with {@code #} count for nothing.
 */
public final class Users {
  private final Map<String, PasswordHash> hashes;
  private final List<Problem> warnings;
  private final PasswordHash decoy;

  private Users(Map<String, PasswordHash> hashes, List<Problem> warnings, PasswordHash decoy) {
    this.hashes = Map.copyOf(hashes);
    this.warnings = List.copyOf(warnings);
    this.decoy = decoy;
  }

  /**
   * Reads a file.
   *
   * @param file its name, for messages
   * @param problems where every mistake is added; with one, nobody can log in
   * @return null when there is a mistake, or no user at all
   */
  public static @Nullable Users read(
      String file, String realm, byte[] content, List<Problem> problems) {
    Reading reading = new Reading(file, realm, problems);
    int mistakes = problems.size();
    String[] lines = FileNames.decode(content).split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line =
          lines[i].endsWith("\r") ? lines[i].substring(0, lines[i].length() - 1) : lines[i];
      if (!line.isBlank() && !line.startsWith("#")) {
        reading.line(line, new Position(file, i + 1, 1));
      }
    }
    if (problems.size() > mistakes) {
      return null;
    }
    if (reading.hashes.isEmpty()) {
      problems.add(
          Problem.of("nobody can log in: " + file + " has no user of the realm \"" + realm + "\"")
              .remedy("Add one with htpasswd -B " + file + " NAME."));
      return null;
    }
    PasswordHash decoy = reading.hashes.values().iterator().next();
    return new Users(reading.hashes, reading.warnings, decoy);
  }

  /** What is not wrong but weak. */
  public List<Problem> warnings() {
    return warnings;
  }

  /** Whether that is the user's password. Takes as long for a user whom nobody knows. */
  boolean knows(String user, String password) {
    PasswordHash hash = hashes.get(user);
    boolean fits = (hash == null ? decoy : hash).fits(password);
    return hash != null && fits;
  }

  private static final class Reading {
    private final String file;
    private final String realm;
    private final List<Problem> problems;
    private final Map<String, PasswordHash> hashes = new HashMap<>();
    private final List<Problem> warnings = new ArrayList<>();

    Reading(String file, String realm, List<Problem> problems) {
      this.file = file;
      this.realm = realm;
      this.problems = problems;
    }

    void line(String line, Position at) {
      int first = line.indexOf(':');
      if (first <= 0) {
        wrong("a line of " + file + " is not 'name:hash'", null, at);
        return;
      }
      String user = line.substring(0, first);
      String rest = line.substring(first + 1);
      int second = rest.indexOf(':');
      if (second < 0) {
        put(user, HashText.read(rest), at);
      } else if (rest.substring(0, second).equals(realm)) {
        ofRealm(user, rest.substring(second + 1), at);
      }
    }

    private void ofRealm(String user, String hash, Position at) {
      boolean digest = (hash.length() == 32 || hash.length() == 64) && isHex(hash);
      if (digest) {
        warnings.add(
            weak("the password of " + user + " is kept as htdigest does, in one round", at));
        put(user, HashText.Read.hash(new PasswordHash.Digest(user, realm, hash)), at);
      } else {
        put(user, HashText.read(hash), at);
      }
    }

    private void put(String user, HashText.Read read, Position at) {
      PasswordHash hash = read.hash();
      if (hash == null) {
        wrong("the password of " + user + " cannot be checked", read.wrong(), at);
        return;
      }
      if (hash instanceof PasswordHash.Apr1) {
        warnings.add(weak("the password of " + user + " is kept as MD5 of Apache", at));
      }
      if (hashes.put(user, hash) != null) {
        wrong("the user " + user + " is there twice", "Take one of the lines out.", at);
      }
    }

    private static Problem weak(String message, Position at) {
      return Problem.of(message)
          .remedy("Who gets hold of the file finds it out: write it anew with htpasswd -B.")
          .at(at);
    }

    private void wrong(String message, @Nullable String remedy, Position at) {
      String said = remedy == null || remedy.isEmpty() ? null : capital(remedy);
      problems.add(Problem.of(message).remedy(said).at(at));
    }

    private static String capital(String text) {
      return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static boolean isHex(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
          return false;
        }
      }
      return true;
    }
  }
}
