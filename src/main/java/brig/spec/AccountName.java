package brig.spec;

/** The name or the number of an account: passwd(5), group(5). */
public final class AccountName {
  private static final int MOST = 255;

  private AccountName() {}

  /** Whether a line of /etc/passwd or /etc/group can begin with it. */
  public static boolean isValid(String text) {
    boolean good = !text.isEmpty() && text.length() <= MOST && text.charAt(0) != '-';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      good &= c > ' ' && c != ':' && c != '/' && c != ',' && c != 0x7F;
    }
    return good;
  }
}
