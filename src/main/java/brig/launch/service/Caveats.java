package brig.launch.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What programs say when they miss something that hosts have and jails have not, and the page that
 * tells the cure: docs/caveats/NAME.md.
 */
public final class Caveats {
  /**
   * One way to say it.
   *
   * @param page the name of the page
   * @param words all of them are in the message, in lower case
   */
  record Saying(String page, List<String> words) {}

  private static final List<Saying> SAYINGS =
      List.of(
          new Saying("time-zones", List.of("unknown or bad timezone")),
          new Saying("time-zones", List.of("timezone database is corrupt")),
          new Saying("time-zones", List.of("exit signal segmentation fault")),
          new Saying("core-dumps", List.of("coredumpdirectory")),
          new Saying("core-dumps", List.of("possible coredump in")),
          new Saying("time-zones", List.of("no time zone found with key")),
          new Saying("time-zones", List.of("invalid value for parameter", "timezone")),
          new Saying("time-zones", List.of("unknown time zone")),
          new Saying("dns", List.of("could not resolve host")),
          new Saying("dns", List.of("temporary failure in name resolution")),
          new Saying("dns", List.of("name or service not known")),
          new Saying("dns", List.of("getaddrinfo eai_again")),
          new Saying("dns", List.of("unknownhostexception")),
          new Saying("mail", List.of("sendmail: not found")),
          new Saying("mail", List.of("could not execute mail delivery program")),
          new Saying("mail", List.of("could not instantiate mail function")),
          new Saying("iconv", List.of("conversion from", "is not allowed")),
          new Saying("iconv", List.of("conversion from", "unsupported")),
          new Saying("iconv", List.of("iconv_open")),
          new Saying("certificates", List.of("error setting certificate")),
          new Saying("certificates", List.of("problem with the ssl ca cert")),
          new Saying("certificates", List.of("unable to get local issuer certificate")),
          new Saying("certificates", List.of("certificate verify failed")),
          new Saying("certificates", List.of("pkix path building failed")),
          new Saying("certificates", List.of("trustanchors parameter must be non-empty")),
          new Saying("locale", List.of("setting locale failed")),
          new Saying("locale", List.of("unsupported locale setting")),
          new Saying("locale", List.of("cannot change locale")),
          new Saying("random", List.of("/dev/urandom")),
          new Saying("random", List.of("prng is not seeded")),
          new Saying("random", List.of("/dev/random")),
          new Saying("libraries", List.of("cannot open shared object file")),
          new Saying("libraries", List.of("must be installed for pthread")),
          new Saying("libraries", List.of("unable to load dynamic library")),
          new Saying("exec-format", List.of("exec format error")),
          new Saying("exec-format", List.of("bad interpreter")),
          new Saying("exec-format", List.of("required file not found")),
          new Saying("accounts", List.of("getpwnam")),
          new Saying("accounts", List.of("bad user name")),
          new Saying("accounts", List.of("cannot find name for user id")),
          new Saying("accounts", List.of("uid not found")),
          new Saying("java", List.of("could not find libjava.so")),
          new Saying("java", List.of("could not find java se runtime")),
          new Saying("java", List.of("cannot run program")),
          new Saying("sockets", List.of("connection to server on socket")),
          new Saying("sockets", List.of("through socket")),
          new Saying("sockets", List.of("sqlstate[hy000] [2002]")),
          new Saying("shell", List.of("sh: not found")),
          new Saying("shell", List.of("unable to fork")),
          new Saying("shell", List.of("spawn /bin/sh enoent")),
          new Saying("syslog", List.of("/dev/log")),
          new Saying("syslog", List.of("connection to syslog")),
          new Saying("terminal", List.of("error opening terminal")),
          new Saying("terminal", List.of("unknown terminal")),
          new Saying("shared-memory", List.of("could not open shared memory segment")),
          new Saying("shared-memory", List.of("/dev/shm")),
          new Saying("ports", List.of("bind() to", "permission denied")),
          new Saying("ports", List.of("could not bind to address")),
          new Saying("ports", List.of("connection to server at", "permission denied")),
          new Saying("ports", List.of("connect() to", "permission denied")),
          new Saying("read-only", List.of("read-only file system")),
          new Saying("read-only", List.of("erofs")),
          new Saying("read-only", List.of("failed to read session data")),
          new Saying("modules", List.of("in @inc")),
          new Saying("modules", List.of("no module named")));

  private Caveats() {}

  static List<Saying> sayings() {
    return SAYINGS;
  }

  /** The pages that a message points to, each once; none when it is not known. */
  public static List<String> pagesFor(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    List<String> pages = new ArrayList<>();
    for (Saying saying : SAYINGS) {
      boolean all = true;
      for (String word : saying.words()) {
        all &= lower.contains(word);
      }
      if (all && !pages.contains(saying.page())) {
        pages.add(saying.page());
      }
    }
    return pages;
  }

  /** The same for the last words of a service. */
  public static List<String> pagesFor(List<String> lines) {
    List<String> pages = new ArrayList<>();
    for (String line : lines) {
      for (String page : pagesFor(line)) {
        if (!pages.contains(page)) {
          pages.add(page);
        }
      }
    }
    return pages;
  }
}
