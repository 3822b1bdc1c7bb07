package brig.hole.session;

/**
 * One row of a store.
 *
 * @param key at most 120 characters of ASCII; its first two tell the kind: {@code s:} a session
 *     under its token's hash, {@code a:} an account, {@code f:} failures
 * @param version what it is compared by: 0 before it was ever stored, then one more each time
 * @param owner the account that it belongs to; empty when none
 * @param expires milliseconds of the store's clock, after which the row means nothing and may go
 */
record Row(String key, long version, String owner, long expires, byte[] body) {
  static final int MAX_KEY = 120;
  static final int MAX_OWNER = 256;
  static final int MAX_BODY = 512 * 1024;

  Row {
    if (key.length() > MAX_KEY || owner.length() > MAX_OWNER || body.length > MAX_BODY) {
      throw new IllegalArgumentException("a row of " + body.length + " bytes");
    }
  }

  Row next() {
    return new Row(key, version + 1, owner, expires, body);
  }
}
