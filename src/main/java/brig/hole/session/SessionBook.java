package brig.hole.session;

import brig.hole.session.SessionStore.Found;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that may be done with sessions. Every method is one commit of the store: what it says it did
 * is on the disk when it returns, and a crash in the middle leaves the state of before. Two that
 * meet at the same session do not overwrite each other: the later one decides anew.
 */
public final class SessionBook {
  private static final int TRIES = 200;

  /** A clock may go back, or the hosts before one database differ, by so much. */
  private static final long MAX_SKEW_MILLIS = 60_000;

  private static final String SESSION = "s:";
  private static final String ACCOUNT = "a:";
  private static final byte[] ENABLED = {0};
  private static final byte[] DISABLED = {1};

  private final SessionStore store;
  private final SessionLimits limits;

  public SessionBook(SessionStore store, SessionLimits limits) {
    this.store = store;
    this.limits = limits;
  }

  /** What comes of a login. */
  public sealed interface LogIn {
    /** The account is disabled. */
    record Disabled() implements LogIn {}

    /** The account has as many sessions as it may. */
    record Full() implements LogIn {}
  }

  /** A session and the one token by which it is reached; the token is told here and never again. */
  public record Opened(Token token, Session session) implements LogIn {}

  /** A session as it is stored: with the row to compare by, absent when nothing is stored yet. */
  private record Kept(@Nullable Row row, Session session, long now) {}

  /**
   * What a token stands for, and notes that it was used.
   *
   * @return null when it stands for nothing, any more or ever
   */
  public @Nullable Session resume(Token token) throws BrigException {
    for (int i = 0; i < TRIES; i++) {
      Kept kept = find(token);
      if (kept == null) {
        return null;
      }
      Session session = kept.session;
      if (kept.now - session.seen() < limits.touchMillis()) {
        return session;
      }
      Session touched = session.seenAt(kept.now);
      if (store.commit(List.of(put(token, kept.row, touched)))) {
        return touched;
      }
    }
    throw busy();
  }

  private @Nullable Kept find(Token token) throws BrigException {
    Found found = store.find(key(token));
    if (found.row() == null) {
      return null;
    }
    Session session = SessionCodec.decode(found.row().body());
    return session.isLive(limits, found.now()) ? new Kept(found.row(), session, found.now()) : null;
  }

  /** The same; a visitor whose token is not stored yet has an empty session. */
  private Kept findOrVisitor(Token token) throws BrigException {
    Kept kept = find(token);
    if (kept != null) {
      return kept;
    }
    long now = store.find(key(token)).now();
    return new Kept(null, Session.begin("", "", now), now);
  }

  private static String key(Token token) {
    return SESSION + token.hash();
  }

  private RowChange put(Token token, @Nullable Row before, Session session) {
    long version = before == null ? 0 : before.version();
    return new RowChange.Put(
        new Row(
            key(token),
            version,
            session.account(),
            session.expires(limits),
            SessionCodec.encode(session)));
  }

  private static BrigException busy() {
    return BrigException.refused(
        Problem.of("cannot change a session: too many others change it at the same time"));
  }

  /**
   * Begins a session for an account whose owner has just been authenticated. What a visitor had is
   * taken along under a new token, and the old token is worth nothing from then on; another
   * account's session is ended.
   *
   * @param before the token that the visitor came with; null: none
   * @param peer where the login came from, for lists
   */
  public LogIn logIn(@Nullable Token before, String account, String peer) throws BrigException {
    if (account.isEmpty()) {
      throw new IllegalArgumentException("a login of nobody");
    }
    String accountKey = accountKey(account);
    for (int i = 0; i < TRIES; i++) {
      Found known = store.find(accountKey);
      if (known.row() != null && known.row().body()[0] != 0) {
        return new LogIn.Disabled();
      }
      long now = known.now();
      Session session = Session.begin(account, peer, now);
      List<RowChange> changes = new ArrayList<>();
      // Every login changes the account's row, so that two cannot both be the last that is allowed.
      long version = known.row() == null ? 0 : known.row().version();
      changes.add(accountRow(accountKey, version, now + limits.absolute().toMillis(), ENABLED));
      Kept old = before == null ? null : find(before);
      if (before != null && old != null && old.row != null) {
        changes.add(new RowChange.Remove(key(before), old.row.version()));
        if (!old.session.loggedIn()) {
          session = session.holding(old.session.held());
        }
      }
      Token token = Token.fresh();
      changes.add(put(token, null, session));
      if (!endIdlest(account, changes, now)) {
        return new LogIn.Full();
      }
      if (store.commit(changes)) {
        return new Opened(token, session);
      }
    }
    throw busy();
  }

  private boolean endIdlest(String account, List<RowChange> changes, long now)
      throws BrigException {
    List<Row> others = new ArrayList<>(store.ofOwner(account));
    others.removeIf(row -> changes.stream().anyMatch(change -> change.key().equals(row.key())));
    others.removeIf(row -> !SessionCodec.decode(row.body()).isLive(limits, now));
    if (limits.refuseMore() && others.size() >= limits.perAccount()) {
      return false;
    }
    others.sort(Comparator.comparingLong(row -> SessionCodec.decode(row.body()).seen()));
    for (int i = 0; i <= others.size() - limits.perAccount(); i++) {
      changes.add(new RowChange.Remove(others.get(i).key(), others.get(i).version()));
    }
    return true;
  }

  /**
   * Gives a session a new token; the old one is worth nothing from then on.
   *
   * @return null when there is no such session
   */
  public @Nullable Opened rotate(Token token) throws BrigException {
    for (int i = 0; i < TRIES; i++) {
      Kept kept = find(token);
      if (kept == null || kept.row == null) {
        return null;
      }
      Token fresh = Token.fresh();
      Session session = kept.session.withTokenSince(kept.now);
      List<RowChange> changes =
          List.of(new RowChange.Remove(key(token), kept.row.version()), put(fresh, null, session));
      if (store.commit(changes)) {
        return new Opened(fresh, session);
      }
    }
    throw busy();
  }

  /**
   * Ends a session.
   *
   * @return false when it had ended
   */
  public boolean logOut(Token token) throws BrigException {
    return end(List.of(key(token))) > 0;
  }

  /** Ends the session that lists name so; false when there is none. */
  public boolean end(String id) throws BrigException {
    List<String> keys = new ArrayList<>();
    for (Row row : store.withPrefix(SESSION)) {
      if (SessionCodec.decode(row.body()).id().equals(id)) {
        keys.add(row.key());
      }
    }
    return end(keys) > 0;
  }

  /** Ends all sessions of an account; returns how many. */
  public int endAccount(String account) throws BrigException {
    return end(store.ofOwner(account).stream().map(Row::key).toList());
  }

  private int end(List<String> keys) throws BrigException {
    int ended = 0;
    for (String key : keys) {
      ended += remove(key) ? 1 : 0;
    }
    return ended;
  }

  private boolean remove(String key) throws BrigException {
    for (int i = 0; i < TRIES; i++) {
      Row row = store.find(key).row();
      if (row == null) {
        return false;
      }
      if (store.commit(List.of(new RowChange.Remove(key, row.version())))) {
        return true;
      }
    }
    throw busy();
  }

  /**
   * Refuses an account every login from now on, and ends its sessions.
   *
   * @return how many were ended
   */
  public int disable(String account) throws BrigException {
    mark(account, Long.MAX_VALUE, DISABLED);
    return endAccount(account);
  }

  public void enable(String account) throws BrigException {
    mark(account, 0, ENABLED);
  }

  private void mark(String account, long expires, byte[] body) throws BrigException {
    String key = accountKey(account);
    for (int i = 0; i < TRIES; i++) {
      Row row = store.find(key).row();
      long version = row == null ? 0 : row.version();
      if (store.commit(List.of(accountRow(key, version, expires, body)))) {
        return;
      }
    }
    throw busy();
  }

  private static RowChange accountRow(String key, long version, long expires, byte[] body) {
    return new RowChange.Put(new Row(key, version, "", expires, body));
  }

  private static String accountKey(String account) {
    return ACCOUNT + Token.sha256(account);
  }

  /** All sessions that live, those of visitors included, the last used first. */
  public List<Session> live() throws BrigException {
    List<Session> sessions = new ArrayList<>();
    for (Row row : store.withPrefix(SESSION)) {
      sessions.add(SessionCodec.decode(row.body()));
    }
    sessions.sort(Comparator.comparingLong(Session::seen).reversed());
    return sessions;
  }

  /** What a form that is shown to this visitor must carry. Nothing is stored. */
  public String showForm(Token token, String form) throws BrigException {
    return FormNonce.mint(token, form, store.find(key(token)).now());
  }

  /** Whether the token was given out so long ago that it should be rotated. */
  public boolean isDue(Session session) {
    return session.loggedIn() && session.seen() - session.since() >= limits.rotate().toMillis();
  }

  /** What {@link #takeForm} would say, without taking it. */
  public FormAnswer knowForm(Token token, String form, String nonce) throws BrigException {
    FormNonce read = FormNonce.read(token, form, nonce);
    return read == null ? FormAnswer.FORGED : judge(read, findOrVisitor(token));
  }

  private FormAnswer judge(FormNonce nonce, Kept kept) {
    if (nonce.shown() < kept.now - limits.form().toMillis()
        || nonce.shown() > kept.now + MAX_SKEW_MILLIS) {
      return FormAnswer.TOO_OLD;
    }
    if (kept.session.spent().containsKey(nonce.id())) {
      return FormAnswer.SENT_BEFORE;
    }
    return kept.session.hasSpent(nonce) ? FormAnswer.TOO_OLD : FormAnswer.TAKEN;
  }

  /**
   * Takes a form that was sent, once. What is said here is stored before it is said: a form that
   * was taken is not taken again after a crash.
   */
  public FormAnswer takeForm(Token token, String form, String nonce) throws BrigException {
    FormNonce read = FormNonce.read(token, form, nonce);
    if (read == null) {
      return FormAnswer.FORGED;
    }
    for (int i = 0; i < TRIES; i++) {
      Kept kept = findOrVisitor(token);
      FormAnswer answer = judge(read, kept);
      if (answer != FormAnswer.TAKEN) {
        return answer;
      }
      long oldest = kept.now - limits.form().toMillis();
      Session spent = kept.session.seenAt(kept.now).spend(read, oldest);
      if (store.commit(List.of(put(token, kept.row, spent)))) {
        return FormAnswer.TAKEN;
      }
    }
    throw busy();
  }

  /**
   * Puts values into a session, for later forms.
   *
   * @param values names to values; no values: the name is forgotten
   * @return false when the session would hold too much: nothing was changed
   */
  public boolean hold(Token token, Map<String, List<String>> values) throws BrigException {
    for (int i = 0; i < TRIES; i++) {
      Kept kept = findOrVisitor(token);
      SortedMap<String, List<String>> held = new TreeMap<>(kept.session.held());
      for (Map.Entry<String, List<String>> value : values.entrySet()) {
        if (value.getValue().isEmpty()) {
          held.remove(value.getKey());
        } else {
          held.put(value.getKey(), List.copyOf(value.getValue()));
        }
      }
      if (!Session.fits(held)) {
        return false;
      }
      if (held.equals(kept.session.held())
          || store.commit(List.of(put(token, kept.row, kept.session.holding(held))))) {
        return true;
      }
    }
    throw busy();
  }

  /**
   * Forgets what has expired, and the idlest visitors where there are too many. To be called once
   * in a while: nothing depends on when.
   */
  public void sweep() throws BrigException {
    store.sweep();
    List<Row> visitors = new ArrayList<>(store.withPrefix(SESSION));
    visitors.removeIf(row -> !row.owner().isEmpty());
    if (visitors.size() > limits.visitors()) {
      visitors.sort(Comparator.comparingLong(Row::expires));
      for (Row row : visitors.subList(0, visitors.size() - limits.visitors())) {
        store.commit(List.of(new RowChange.Remove(row.key(), row.version())));
      }
    }
    LoginThrottle.sweep(store);
  }
}
