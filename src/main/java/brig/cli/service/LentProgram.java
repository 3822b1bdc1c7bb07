package brig.cli.service;

import brig.cli.command.Context;
import brig.cli.jail.ReadyJail;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.service.LaunchFacts;
import brig.linux.HostFiles;
import brig.plan.FileStat;
import brig.plan.loader.Libraries;
import brig.plan.loader.Loader;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A static program of the host that a session gets and the jail does not: mounted read-only on an
 * empty directory of the jail, in the session's mount namespace alone.
 */
final class LentProgram {
  private static final List<String> EMPTY_PLACES = List.of("/tmp", "/mnt", "/var/tmp", "/run");

  private LentProgram() {}

  /**
   * Adds the mounts.
   *
   * @return the program's path in the jail
   */
  static String mount(
      String file, ReadyJail jail, JailView inside, Context context, List<JailMount> mounts)
      throws BrigException, IOException {
    String outside = requireStatic(file, context);
    String place = place(jail, inside);
    if (place == null) {
      throw BrigException.refused(
          Problem.of("cannot lend " + file + " to " + jail.spec().name())
              .answered("there is no empty directory in the jail to mount it on")
              .remedy(
                  jail.spec().mode() == JailSpec.Mode.LATE
                      ? "Make the directory " + jail.root() + "/mnt."
                      : "Add to " + jail.jailfile() + ": [files] directories = [\"/mnt\"]."));
    }
    String program = outside.substring(outside.lastIndexOf('/') + 1);
    String directory = context.paths().run() + "/lent";
    HostFiles.createDirectories(directory, 0755);
    HostFiles.replace(directory + "/" + program, new byte[0], 0755); // where it is mounted
    mounts.add(new JailMount.ReadOnly(place, directory));
    mounts.add(new JailMount.ReadOnly(place + "/" + program, outside));
    return place + "/" + program;
  }

  /** What is run: busybox wants to be told which of its programs it is. */
  static List<String> command(String program, List<String> command) {
    boolean busybox = program.endsWith("/busybox");
    List<String> argv = new ArrayList<>();
    argv.add(program);
    if (command.isEmpty()) {
      if (busybox) {
        argv.add("sh");
      }
      return argv;
    }
    String name = program.substring(program.lastIndexOf('/') + 1);
    argv.addAll(command.getFirst().equals(name) ? command.subList(1, command.size()) : command);
    return argv;
  }

  private static String requireStatic(String file, Context context)
      throws BrigException, IOException {
    String path = file;
    FileStat stat = context.host().lstat(path);
    for (int i = 0; stat != null && stat.type() == FileStat.Type.LINK && i < 40; i++) {
      String target = context.host().readLink(path);
      path =
          target.startsWith("/") ? target : path.substring(0, path.lastIndexOf('/') + 1) + target;
      stat = context.host().lstat(path);
    }
    if (stat == null || stat.type() != FileStat.Type.FILE || !path.startsWith("/")) {
      throw BrigException.usage(
          Problem.of("cannot lend " + file)
              .answered("it is not a file of the host")
              .remedy("Give its absolute path."));
    }
    Libraries libraries = new Loader(context.host()).librariesOf(path);
    if (libraries != null && libraries.interpreter() != null) {
      throw BrigException.usage(
          Problem.of("cannot lend " + file)
              .answered("it is not static: it needs " + libraries.interpreter())
              .remedy("Debian's busybox-static is (apt-get install busybox-static)."));
    }
    return path;
  }

  private static @Nullable String place(ReadyJail jail, JailView inside) throws IOException {
    for (String path : EMPTY_PLACES) {
      if (isEmptyDirectory(path, inside)) {
        return path;
      }
    }
    for (LaunchFacts.Place place : jail.facts().places()) {
      if (place.temporary() && isEmptyDirectory(place.path(), inside)) {
        return place.path();
      }
    }
    for (var directory : jail.spec().files().directories()) {
      if (isEmptyDirectory(directory.value(), inside)) {
        return directory.value();
      }
    }
    return null;
  }

  private static boolean isEmptyDirectory(String path, JailView inside) throws IOException {
    FileStat stat = inside.lstat(path);
    return stat != null && stat.type() == FileStat.Type.DIRECTORY && inside.list(path).isEmpty();
  }
}
