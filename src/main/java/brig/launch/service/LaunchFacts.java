package brig.launch.service;

import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.plan.Entry;
import brig.plan.Plan;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a start needs to know of the plan, kept beside the generation that was built from it, so
 * that a start needs no plan: GENERATION/launch, one line for each fact, fields parted by tabs.
 *
 * @param service resolved on the host when the jail was built
 * @param home the home directory of the service's user
 * @param devices paths of the device nodes
 * @param sockets inside path to outside path
 * @param origin what {@code $ORIGIN} is for the command, empty where it does not ask for it
 */
public record LaunchFacts(
    Plan.ServiceIds service,
    String home,
    List<Place> places,
    List<String> devices,
    List<JailSpec.MountedPath> sockets,
    String origin) {

  private static final long DEFAULT_TEMPORARY_BYTES = 64L * 1024 * 1024;

  /**
   * A directory that the service may write to.
   *
   * @param sizeBytes of a temporary one
   */
  public record Place(String path, boolean temporary, int mode, int uid, int gid, long sizeBytes) {}

  public static LaunchFacts of(JailSpec spec, Plan plan) {
    Map<String, Long> sizes = new HashMap<>();
    for (Located<JailSpec.TemporaryPath> temporary : spec.files().temporary()) {
      sizes.put(temporary.value().path(), temporary.value().sizeBytes());
    }
    List<Place> places = new ArrayList<>();
    List<String> devices = new ArrayList<>();
    List<JailSpec.MountedPath> sockets = new ArrayList<>();
    for (Entry entry : plan.entries()) {
      // Not a switch over the types: that would be linked at run time, at every build.
      if (entry instanceof Entry.Writable w) {
        long size = sizes.getOrDefault(w.path(), DEFAULT_TEMPORARY_BYTES);
        places.add(new Place(w.path(), w.temporary(), w.mode(), w.uid(), w.gid(), size));
      } else if (entry instanceof Entry.Device d) {
        devices.add(d.path());
      } else if (entry instanceof Entry.Socket s) {
        sockets.add(new JailSpec.MountedPath(s.path(), s.source()));
      }
    }
    String home = "/";
    for (Plan.User user : plan.users()) {
      if (user.uid() == plan.service().uid()) {
        home = user.home();
        break;
      }
    }
    String origin = plan.origin() == null ? "" : plan.origin();
    return new LaunchFacts(plan.service(), home, places, devices, sockets, origin);
  }

  /** The file of a generation that holds them. */
  public static final String FILE = "launch";

  /** The bytes of {@link #FILE}. */
  public byte[] bytes() {
    StringBuilder text = new StringBuilder();
    line(text, "service", service.uid(), service.gid(), join(service.groups()));
    line(text, "home", home);
    for (Place p : places) {
      String kind = p.temporary ? "temporary" : "writable";
      line(text, kind, p.path, Integer.toOctalString(p.mode), p.uid, p.gid, p.sizeBytes);
    }
    for (String device : devices) {
      line(text, "device", device);
    }
    for (JailSpec.MountedPath socket : sockets) {
      line(text, "socket", socket.inside(), socket.outside());
    }
    if (!origin.isEmpty()) {
      line(text, "origin", origin);
    }
    return FileNames.encode(text.toString());
  }

  /** Null when the generation has none. */
  public static @Nullable LaunchFacts read(String generation) throws IOException, BrigException {
    byte[] bytes = HostFiles.readOrNull(generation + "/" + FILE);
    if (bytes == null) {
      return null;
    }
    try {
      return parse(FileNames.decode(bytes));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw BrigException.refused(
          Problem.of("cannot make sense of " + generation + "/" + FILE)
              .remedy("It is not what Brig writes. Remove it and build the jail again."));
    }
  }

  static LaunchFacts parse(String text) {
    Plan.ServiceIds service = null;
    String home = "/";
    String origin = "";
    List<Place> places = new ArrayList<>();
    List<String> devices = new ArrayList<>();
    List<JailSpec.MountedPath> sockets = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      List<String> f = fields(line);
      switch (f.getFirst()) {
        case "service" -> service = new Plan.ServiceIds(number(f, 1), number(f, 2), ids(f.get(3)));
        case "home" -> home = f.get(1);
        case "origin" -> origin = f.get(1);
        case "writable", "temporary" ->
            places.add(
                new Place(
                    f.get(1),
                    f.getFirst().equals("temporary"),
                    Integer.parseInt(f.get(2), 8),
                    number(f, 3),
                    number(f, 4),
                    Long.parseLong(f.get(5))));
        case "device" -> devices.add(f.get(1));
        case "socket" -> sockets.add(new JailSpec.MountedPath(f.get(1), f.get(2)));
        default -> throw new IllegalArgumentException(line);
      }
    }
    if (service == null) {
      throw new IllegalArgumentException("no service");
    }
    return new LaunchFacts(service, home, places, devices, sockets, origin);
  }

  private static int number(List<String> fields, int index) {
    return Integer.parseInt(fields.get(index));
  }

  private static String join(List<Integer> ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(text.isEmpty() ? "" : ",").append(id);
    }
    return text.toString();
  }

  private static List<Integer> ids(String text) {
    List<Integer> ids = new ArrayList<>();
    for (String id : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      ids.add(Integer.valueOf(id));
    }
    return ids;
  }

  private static void line(StringBuilder text, Object... fields) {
    for (int i = 0; i < fields.length; i++) {
      text.append(i == 0 ? "" : "\t");
      String field = String.valueOf(fields[i]);
      text.append(field.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n"));
    }
    text.append('\n');
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\t') {
        fields.add(field.toString());
        field.setLength(0);
      } else if (c == '\\') {
        char escaped = line.charAt(++i);
        field.append(escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
