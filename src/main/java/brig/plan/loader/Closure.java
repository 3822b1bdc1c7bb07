package brig.plan.loader;

import brig.elf.DlopenRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All that is mapped for one object, breadth-first: _dl_map_object_deps of elf/dl-deps.c. */
final class Closure {
  private final Namespace namespace;
  private final List<Mapped> queue = new ArrayList<>();
  private final Set<Mapped> queued = new HashSet<>();
  private final List<Library> libraries = new ArrayList<>();
  private final Set<String> missing = new HashSet<>();

  private Closure(Namespace namespace, Mapped root) {
    this.namespace = namespace;
    queue.add(root);
    queued.add(root);
  }

  static List<Library> of(Namespace namespace, Mapped root) throws IOException {
    Closure closure = new Closure(namespace, root);
    int done = closure.follow(0, false);
    Mapped interpreter = namespace.interpreter();
    String named = root.elf().interpreter();
    if (named != null && interpreter == null) {
      closure.miss(named, root, false);
    } else if (named != null && interpreter != null) {
      closure.take(interpreter, root, false);
      done = closure.follow(done, false);
    }
    closure.addOptional(done);
    return List.copyOf(closure.libraries);
  }

  /** Goes through the queue from a place on; returns where it ends. */
  private int follow(int from, boolean optional) throws IOException {
    int i = from;
    for (; i < queue.size(); i++) {
      Mapped asking = queue.get(i);
      for (String written : Namespace.wants(asking)) {
        String name = namespace.written(written, asking);
        Mapped found = namespace.load(name, asking);
        if (found != null) {
          take(found, asking, optional);
        } else if (!asking.dynamic().auxiliaries().contains(written)) {
          miss(name, asking, optional);
        }
      }
    }
    return i;
  }

  private void take(Mapped found, Mapped asking, boolean optional) {
    if (!queued.add(found)) {
      return;
    }
    queue.add(found);
    String name = found == namespace.interpreter() ? found.file().path() : found.name();
    libraries.add(
        new Library(
            name,
            found.file().path(),
            asking.file().path(),
            found.reason(),
            found.variants(),
            optional));
  }

  private void miss(String name, Mapped asking, boolean optional) {
    if (missing.add(name)) {
      String reason = namespace.failure(name).reason();
      libraries.add(new Library(name, null, asking.file().path(), reason, List.of(), optional));
    }
  }

  /** What .note.dlopen asks for: the first soname of each request that can be loaded. */
  private void addOptional(int done) throws IOException {
    int end = done;
    for (int i = 0; i < queue.size(); i++) {
      Mapped asking = queue.get(i);
      for (DlopenRequest request : asking.elf().dlopen()) {
        loadFirst(request, asking);
        end = follow(end, true);
      }
    }
  }

  private void loadFirst(DlopenRequest request, Mapped asking) throws IOException {
    for (String soname : request.sonames()) {
      Mapped found = namespace.load(soname, asking);
      if (found != null) {
        take(found, asking, true);
        return;
      }
    }
    miss(request.sonames().getFirst(), asking, true);
  }
}
