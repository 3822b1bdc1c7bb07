package brig.web.auth;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for a while who was let in, so that a good hash is not computed for each picture of a
 * page, and who was turned away how often. Both memories are bounded: no visitor can make them
 * grow.
 */
final class Doorkeeper {
  private static final int MOST_REMEMBERED = 2048;
  private static final long REMEMBERED_NANOS = 300_000_000_000L;
  private static final int MOST_CLIENTS = 4096;
  private static final int FREE_FAILURES = 10;
  private static final long LEAST_PAUSE_NANOS = 1_000_000_000L;
  private static final int MOST_DOUBLINGS = 6;

  private record Failures(int count, long until) {}

  private final LongSupplier nanos;
  private final SecretKeySpec key;
  private final Map<String, Long> letIn = bounded(MOST_REMEMBERED);
  private final Map<String, Failures> turnedAway = bounded(MOST_CLIENTS);

  /**
   * @param nanos a clock that only goes forward
   */
  Doorkeeper(LongSupplier nanos) {
    this.nanos = nanos;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  private static <V> Map<String, V> bounded(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > most;
      }
    };
  }

  /** What is remembered in a password's place: of no use outside of this process. */
  private String mark(Credentials credentials) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(credentials.user().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      byte[] mark = mac.doFinal(credentials.password().getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mark);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether these were found right a short while ago. */
  boolean remembers(Credentials credentials) {
    String mark = mark(credentials);
    long now = nanos.getAsLong();
    synchronized (letIn) {
      Long since = letIn.get(mark);
      return since != null && now - since < REMEMBERED_NANOS;
    }
  }

  /**
   * How long a client must wait before it may try again, in seconds; 0: it may.
   *
   * @param client its address, or network
   */
  long pause(String client) {
    long now = nanos.getAsLong();
    synchronized (turnedAway) {
      Failures failures = turnedAway.get(client);
      long left = failures == null ? 0 : failures.until() - now;
      return left <= 0 ? 0 : (left + 999_999_999L) / 1_000_000_000L;
    }
  }

  void right(String client, Credentials credentials) {
    String mark = mark(credentials);
    synchronized (letIn) {
      letIn.put(mark, nanos.getAsLong());
    }
    synchronized (turnedAway) {
      turnedAway.remove(client);
    }
  }

  void wrong(String client) {
    synchronized (turnedAway) {
      Failures before = turnedAway.get(client);
      int count = before == null ? 1 : before.count() + 1;
      int over = count - FREE_FAILURES;
      long pause = over < 0 ? 0 : LEAST_PAUSE_NANOS << Math.min(over, MOST_DOUBLINGS);
      turnedAway.put(client, new Failures(count, nanos.getAsLong() + pause));
    }
  }
}
