package brig.hole.session;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a token stands for. Times are milliseconds of the store's clock.
 *
 * @param id what administrators and logs call it; no help in guessing the token
 * @param account who logged in; empty: nobody, a visitor
 * @param peer where the login came from, as the listener names it
 * @param created when it began; at a login it begins anew
 * @param since when it got the token that it has
 * @param seen when it was last used, or up to {@link SessionLimits#touchMillis} before
 * @param floor forms that were shown no later than this are not taken any more
 * @param spent the forms that were sent already, to when they were shown
 * @param held values that jobs put here for later forms; the visitor cannot reach them
 */
public record Session(
    String id,
    String account,
    String peer,
    long created,
    long since,
    long seen,
    long floor,
    SortedMap<String, Long> spent,
    SortedMap<String, List<String>> held) {

  public static final int MAX_HELD = 128;
  public static final int MAX_VALUES = 1000;
  public static final int MAX_HELD_CHARACTERS = 100_000;
  static final int MAX_SPENT = 256;

  public Session {
    if (account.length() > Row.MAX_OWNER || peer.length() > Row.MAX_OWNER) {
      throw new IllegalArgumentException("an account or peer of more than 256 characters");
    }
    spent = Collections.unmodifiableSortedMap(new TreeMap<>(spent));
    held = Collections.unmodifiableSortedMap(new TreeMap<>(held));
  }

  static Session begin(String account, String peer, long now) {
    return new Session(
        Token.random(9), account, peer, now, now, now, 0, new TreeMap<>(), new TreeMap<>());
  }

  public boolean loggedIn() {
    return !account.isEmpty();
  }

  Session seenAt(long now) {
    return new Session(id, account, peer, created, since, now, floor, spent, held);
  }

  Session withTokenSince(long now) {
    return new Session(id, account, peer, created, now, now, floor, spent, held);
  }

  Session holding(SortedMap<String, List<String>> values) {
    return new Session(id, account, peer, created, since, seen, floor, spent, values);
  }

  boolean isLive(SessionLimits limits, long now) {
    return now < expires(limits);
  }

  long expires(SessionLimits limits) {
    return Math.min(seen + limits.idle().toMillis(), created + limits.absolute().toMillis());
  }

  boolean hasSpent(FormNonce nonce) {
    return nonce.shown() <= floor || spent.containsKey(nonce.id());
  }

  /**
   * Notes a form as sent. What is too old to be sent again is forgotten; where that is not enough,
   * the older half is, and every form of its age with it.
   */
  Session spend(FormNonce nonce, long oldest) {
    TreeMap<String, Long> left = new TreeMap<>(spent);
    left.values().removeIf(shown -> shown < oldest);
    long lowest = Math.max(floor, oldest - 1);
    if (left.size() >= MAX_SPENT) {
      List<Long> times = left.values().stream().sorted().toList();
      lowest = Math.max(lowest, times.get(times.size() / 2));
      long under = lowest;
      left.values().removeIf(shown -> shown <= under);
    }
    left.put(nonce.id(), nonce.shown());
    return new Session(id, account, peer, created, since, seen, lowest, left, held);
  }

  /** Whether so much may be held. */
  static boolean fits(Map<String, List<String>> held) {
    if (held.size() > MAX_HELD) {
      return false;
    }
    long characters = 0;
    for (Map.Entry<String, List<String>> entry : held.entrySet()) {
      characters += entry.getKey().length();
      if (entry.getValue().size() > MAX_VALUES) {
        return false;
      }
      for (String value : entry.getValue()) {
        characters += value.length();
      }
    }
    return characters <= MAX_HELD_CHARACTERS;
  }
}
