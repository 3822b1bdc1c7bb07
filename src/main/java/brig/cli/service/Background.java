package brig.cli.service;

import brig.linux.Descriptors;
import brig.linux.Fd;
import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.OwnThread;
import brig.linux.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brig itself once more, in a session of its own that outlives the terminal. */
public final class Background {
  private static final String MAIN = "brig.cli.Main";

  private Background() {}

  /**
   * Starts a command line of Brig.
   *
   * @param environment as this command was given it
   * @param output where it prints
   * @return the child's pid
   */
  public static int start(List<String> arguments, Map<String, String> environment, String output)
      throws LinuxException {
    List<String> command = javaCommand();
    command.addAll(arguments);
    Map<String, String> all = new LinkedHashMap<>(environment);
    all.putIfAbsent("LC_ALL", "C.UTF-8"); // the launcher's: file names are bytes, whatever they are
    Program program = new Program(Fd.readLink("/proc/self/exe"), command, all, true);
    int append = Fd.O_WRONLY | Fd.O_APPEND | Fd.O_CREAT | Fd.O_NOFOLLOW;
    try (Fd input = Fd.open("/dev/null", Fd.O_RDONLY);
        Fd log = Fd.open(output, append, 0640)) {
      return OwnThread.run(
          "background",
          () -> {
            Descriptors.keepStandardOnly();
            Descriptors.arrange(input, log, List.of());
            return program.spawn();
          });
    }
  }

  /** As this process was started, up to the name of its main class. */
  private static List<String> javaCommand() throws LinuxException {
    List<String> words = words(FileNames.decode(HostFiles.read("/proc/self/cmdline")));
    int main = words.indexOf(MAIN);
    if (main >= 0) {
      List<String> command = new ArrayList<>(words.subList(0, main + 1));
      command.remove("-Dbrig.terminal=true");
      return command;
    }
    String home = System.getProperty("brig.home");
    List<String> command = new ArrayList<>();
    command.add(words.getFirst());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path", ""));
    if (home != null) {
      command.add("-Dbrig.home=" + home);
    }
    command.add(MAIN);
    return command;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int at = 0;
    for (int end = text.indexOf('\0'); end >= 0; end = text.indexOf('\0', at)) {
      words.add(text.substring(at, end));
      at = end + 1;
    }
    return words;
  }
}
