package brig.plan;

import brig.plan.Resolver.Crossing;
import brig.plan.Resolver.Outcome;
import brig.plan.Resolver.Resolution;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan in the making. Rules add paths; each path brings the links and directories on its way, and
 * each new file is looked at in its turn. All paths are as they are inside the jail.
 */
public final class Draft {
  /** More chains than that explain nothing: libc.so.6 is wanted by everybody. */
  private static final int MOST_REASONS = 16;

  /** A link such as /lib is on the way to nearly everything. */
  private static final int MOST_REASONS_OF_LINK = 3;

  private final JailSpec spec;
  private final OverlaidHost host;
  private final Resolver resolver;
  private final Forbidden forbidden;
  private final Troubles troubles;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, List<Reason>> reasons = new HashMap<>();
  private final Deque<PlannedFile> unseen = new ArrayDeque<>();
  private final Set<String> trees = new HashSet<>();
  private final Map<String, String> interpreters = new HashMap<>();
  private final Omissions omissions;
  private final boolean strict;

  Draft(JailSpec spec, OverlaidHost host, Troubles troubles) throws IOException {
    this.spec = spec;
    this.strict = spec.hardening() == JailSpec.Hardening.STRICT;
    this.host = host;
    this.resolver = new Resolver(host);
    this.troubles = troubles;
    this.omissions = new Omissions(spec, resolver, entries);
    this.forbidden = new Forbidden(host);
    put(new Entry.Directory("/", 0755, 0, 0, reasonsOf("/")), Reason.root("the jail itself"));
  }

  public JailSpec spec() {
    return spec;
  }

  /** The host as the jail sees it: a path inside is looked up where its bytes are. */
  public Host host() {
    return host;
  }

  public Troubles troubles() {
    return troubles;
  }

  Resolver resolver() {
    return resolver;
  }

  /** Whether something of the host would be found by this path. */
  public boolean exists(String path) throws IOException {
    return resolver.resolve(path).outcome() == Outcome.FOUND;
  }

  /** Whether a path leads to a directory of the host. */
  public boolean isDirectory(String path) throws IOException {
    return resolver.resolve(path).isDirectory();
  }

  /** Where a path leads, free of links; null when nothing is there. */
  public @Nullable String real(String path) throws IOException {
    Resolution end = resolver.resolve(path);
    return end.outcome() == Outcome.FOUND ? (end.path().isEmpty() ? "/" : end.path()) : null;
  }

  /** Whether the plan holds an entry of that very path. */
  public boolean holds(String path) {
    return entries.containsKey(path);
  }

  public @Nullable Entry entry(String path) {
    return entries.get(path);
  }

  /** Why something is there, the first chain; of use as the parent of other reasons. */
  public Reason reasonOf(String path) {
    List<Reason> why = reasons.get(path);
    return why == null ? Reason.root(path) : why.getFirst();
  }

  /**
   * Adds one file, directory (itself only) or device of the host with the links on the way.
   *
   * @return its path free of links; null when there is no such thing on the host, or it may not
   *     come in
   */
  public @Nullable String add(String path, Reason why) throws IOException {
    return add(path, why, PlannedFile.Role.UNKNOWN);
  }

  /** The same for a file of which nothing needs to be known: it is not looked at. */
  public @Nullable String addData(String path, Reason why) throws IOException {
    return add(path, why, PlannedFile.Role.DATA);
  }

  /**
   * The same for a library that is loaded by dlopen(3).
   *
   * @param loadedBy the chain of files that load it, the executable last
   */
  public @Nullable String addPlugin(String path, List<String> loadedBy, Reason why)
      throws IOException {
    return add(path, why, PlannedFile.Role.PROGRAM, loadedBy);
  }

  /** The same for one that was seen to be loaded: what it lacks is told, and no mistake. */
  @Nullable String addLearnedPlugin(String path, List<String> loadedBy, Reason why)
      throws IOException {
    return add(path, why, PlannedFile.Role.UNKNOWN, loadedBy);
  }

  /** The same for a program: what it lacks is a mistake. */
  public @Nullable String addProgram(String path, Reason why) throws IOException {
    return add(path, why, PlannedFile.Role.PROGRAM);
  }

  @Nullable String add(String path, Reason why, PlannedFile.Role role) throws IOException {
    return add(path, why, role, List.of());
  }

  private @Nullable String add(
      String path, Reason why, PlannedFile.Role role, List<String> loadedBy) throws IOException {
    Resolution end = resolver.resolve(path);
    if (end.outcome() == Outcome.LOOP) {
      troubles.fail(
          Problem.of("cannot follow " + path)
              .answered("ELOOP (Too many levels of symbolic links)")
              .remedy("The links lead in a circle; mend them or exclude the path."),
          why);
      return null;
    }
    String target = end.path().isEmpty() ? "/" : end.path();
    boolean kept = entries.get(target) instanceof Entry.Generated || isInWritable(target);
    if (end.outcome() == Outcome.ABSENT && !kept) {
      return null;
    }
    if (omissions.isExcluded(target, why)) {
      return null;
    }
    if (!kept && end.stat() != null && !place(target, end.stat(), why, role, loadedBy)) {
      return null;
    }
    addLinks(end.crossings(), why);
    return target;
  }

  private void addLinks(@Nullable Crossing crossing, Reason why) throws IOException {
    for (Crossing at = crossing; at != null; at = at.before()) {
      if (omissions.exclusions().excluding(at.link()) == null && !isInWritable(at.link())) {
        link(at.link(), at.target(), why);
      }
    }
  }

  private boolean place(
      String path, FileStat stat, Reason why, PlannedFile.Role role, List<String> loadedBy) {
    Problem refusal = forbidden.refuse(path, host.outside(path), stat);
    if (refusal != null) {
      troubles.warn(refusal, why);
      return false;
    }
    if (known(path, why)) {
      return true;
    }
    if (strict && Tools.isCompiler(path, stat)) {
      troubles.fail(
          Problem.of("cannot bring " + path + " into the jail: " + why.text())
              .answered("hardening = \"strict\" has no compilers, nor parts of one")
              .remedy("Take it out, or choose \"standard\"."),
          why);
      return false;
    }
    switch (stat.type()) {
      case DIRECTORY ->
          put(new Entry.Directory(path, stat.mode(), stat.uid(), stat.gid(), reasonsOf(path)), why);
      case FILE -> {
        put(new Entry.File(path, host.outside(path), stat, reasonsOf(path)), why);
        unseen.add(new PlannedFile(path, stat, why, role, loadedBy));
      }
      case CHARACTER_DEVICE -> put(device(path, stat), why);
      case BLOCK_DEVICE, FIFO, SOCKET -> {
        troubles.warn(
            Problem.of("left out " + path + ", which is " + Forbidden.nameOf(stat.type()))
                .remedy("Sockets are named in [sockets]."),
            why);
        return false;
      }
      case LINK -> throw new IllegalStateException("an unresolved link: " + path);
    }
    return true;
  }

  private Entry.Device device(String path, FileStat stat) {
    return new Entry.Device(
        path,
        stat.type() == FileStat.Type.BLOCK_DEVICE,
        (int) (stat.special() >> 32),
        (int) stat.special(),
        stat.mode() & 0777,
        reasonsOf(path));
  }

  /** Whether it is there already; then this is one more reason. */
  private boolean known(String path, Reason why) {
    if (!entries.containsKey(path)) {
      return false;
    }
    List<Reason> all = reasonsList(path);
    Entry entry = entries.get(path);
    int most =
        entry instanceof Entry.Directory
            ? 1
            : entry instanceof Entry.Link ? MOST_REASONS_OF_LINK : MOST_REASONS;
    if (all.size() < most && !all.contains(why)) {
      all.add(why);
    }
    return true;
  }

  private List<Reason> reasonsList(String path) {
    return reasons.computeIfAbsent(path, _ -> new ArrayList<>(2));
  }

  /** The reasons of an entry, to which more may come while the plan is made. */
  List<Reason> reasonsOf(String path) {
    return Collections.unmodifiableList(reasonsList(path));
  }

  /** Puts an entry in place of what was there, and the directories above it. */
  void put(Entry entry, Reason why) {
    List<Reason> all = reasonsList(entry.path());
    if (!all.contains(why)) {
      all.add(why);
    }
    if (entries.put(entry.path(), entry) == null) {
      putParents(entry.path(), why);
    }
  }

  private void putParents(String path, Reason why) {
    String parent = Paths.parent(path);
    if (parent.isEmpty() || entries.containsKey(parent)) {
      return;
    }
    FileStat stat = statOrNull(parent);
    Reason holds = why.then("the way to " + path);
    put(
        stat == null || stat.type() != FileStat.Type.DIRECTORY
            ? new Entry.Directory(parent, 0755, 0, 0, reasonsOf(parent))
            : new Entry.Directory(parent, stat.mode(), stat.uid(), stat.gid(), reasonsOf(parent)),
        holds);
  }

  private @Nullable FileStat statOrNull(String path) {
    try {
      return host.lstat(path);
    } catch (IOException unreadable) {
      return null;
    }
  }

  /** Adds a link as it is; what it leads to is the caller's concern. */
  public void link(String path, String target, Reason why) throws IOException {
    String real = realPlace(path, why);
    if (real != null && !known(real, why)) {
      put(new Entry.Link(real, target, reasonsOf(real)), why);
    }
  }

  /** Adds a file that is made for the jail; it takes the place of one from the host. */
  public void generate(String path, byte[] content, int mode, Reason why) throws IOException {
    String real = realPlace(path, why);
    if (real != null) {
      put(new Entry.Generated(real, content, mode, 0, 0, reasonsOf(real)), why);
    }
  }

  /**
   * Where a new entry of this path has its place: the directory's links followed (and added), the
   * last name as it is. Null, with a problem, when the directory cannot be.
   */
  @Nullable String realPlace(String path, Reason why) throws IOException {
    String parent = realDirectory(Paths.parent(path), why);
    return parent == null ? null : parent + "/" + Paths.name(path);
  }

  /** The directory free of links, existing or not; the empty text is the root. */
  @Nullable String realDirectory(String path, Reason why) throws IOException {
    Resolution end = resolver.resolve(path);
    if (end.outcome() == Outcome.LOOP || (end.stat() != null && !end.isDirectory())) {
      troubles.fail(
          Problem.of("cannot put anything into " + path)
              .answered("a link or a file of the host is in the way")
              .remedy("Choose another place, or map another directory to it."),
          why);
      return null;
    }
    addLinks(end.crossings(), why);
    if (end.outcome() == Outcome.FOUND || path.isEmpty()) {
      return end.path();
    }
    String above = realDirectory(Paths.parent(path), why);
    if (above == null) {
      return null;
    }
    String place = above + "/" + Paths.name(path);
    FileStat stat = host.lstat(place);
    if (stat != null && stat.type() == FileStat.Type.LINK) {
      troubles.fail(
          Problem.of("cannot put anything into " + path)
              .answered("it is a link to " + host.readLink(place) + ", which is not there")
              .remedy("Make what it leads to, or choose another place."),
          why);
      return null;
    }
    return place;
  }

  /** Whether a path lies in (or is) a place that is mounted over: nothing can be put there. */
  public boolean isInWritable(String path) {
    for (String at = path; !at.isEmpty(); at = Paths.parent(at)) {
      if (entries.get(at) instanceof Entry.Writable) {
        return true;
      }
    }
    return false;
  }

  /** Whether a file of this path could be made by the service at run time. */
  public boolean isWritable(String path) throws IOException {
    String above = Paths.parent(path);
    Resolution end = resolver.resolve(above);
    return isInWritable(end.path()) || isInWritable(path);
  }

  /** Adds a directory with all that is in it; {@code filter} says what of that. */
  public void addTree(String path, Reason why, TreeFilter filter) throws IOException {
    String real = add(path, why);
    if (real != null && trees.add(real)) {
      new TreeWalk(this, real, filter).add(why);
    }
  }

  /** The program that the {@code #!} line of a script names, env(1) seen through; else null. */
  public @Nullable String interpreterOf(String script) {
    return interpreters.get(script);
  }

  void interprets(String script, String interpreter) {
    interpreters.put(script, interpreter);
  }

  Omissions omissions() {
    return omissions;
  }

  /** Next file to look at; null when all were. */
  @Nullable PlannedFile nextUnseen() {
    return unseen.poll();
  }

  /** All entries so far, in no order. */
  public Iterable<Entry> entries() {
    return Collections.unmodifiableCollection(entries.values());
  }

  int size() {
    return entries.size();
  }

  /** The finished list. */
  List<Entry> sorted() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort((a, b) -> a.path().compareTo(b.path()));
    return sorted;
  }
}
