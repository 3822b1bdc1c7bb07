package brig.hole.job;

import java.util.List;

/** Which names the environment of a step may have. */
final class EnvironmentNames {
  /** What shells, loaders and interpreters act on: never a visitor's to set. */
  private static final List<String> POWERFUL =
      List.of(
          "PATH",
          "IFS",
          "ENV",
          "BASH_ENV",
          "SHELLOPTS",
          "BASHOPTS",
          "PS4",
          "CDPATH",
          "SHELL",
          "HOME",
          "PWD",
          "TMPDIR",
          "EDITOR",
          "VISUAL",
          "PAGER",
          "BROWSER",
          "MAIL",
          "TERMINFO",
          "TERMCAP",
          "NLSPATH",
          "LOCPATH",
          "GCONV_PATH",
          "TZDIR",
          "HOSTALIASES",
          "RES_OPTIONS",
          "LOCALDOMAIN",
          "GETCONF_DIR",
          "MALLOC_TRACE",
          "RESOLV_HOST_CONF",
          "NODE_OPTIONS",
          "NODE_PATH",
          "CLASSPATH",
          "JAVA_TOOL_OPTIONS",
          "_JAVA_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "ORACLE_HOME",
          "TNS_ADMIN",
          "OPENSSL_CONF",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR");

  private static final List<String> PREFIXES =
      List.of(
          "LD_",
          "DYLD_",
          "GLIBC_",
          "PERL",
          "PYTHON",
          "RUBY",
          "PHP",
          "GIT_",
          "PG",
          "MYSQL_",
          "BASH_FUNC_");

  private EnvironmentNames() {}

  static boolean changesPrograms(String name) {
    if (POWERFUL.contains(name)) {
      return true;
    }
    for (String prefix : PREFIXES) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
