package brig.plan.loader;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the loader would map for one file, breadth-first, in its order.
 *
 * @param file the file that was asked about
 * @param interpreter its PT_INTERP as written; null for a library or a static program
 */
public record Libraries(String file, @Nullable String interpreter, List<Library> libraries) {}
