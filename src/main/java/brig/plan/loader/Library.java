package brig.plan.loader;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One library as the loader answers for it.
 *
 * @param name the name that was asked for: a soname, or a path where it holds a slash
 * @param path where it is found on the host, links not resolved; null when the loader would fail
 * @param neededBy the file whose DT_NEEDED (or .note.dlopen) asks first
 * @param reason how it was found, such as {@code found in ld.so.cache} or {@code RUNPATH
 *     $ORIGIN/../lib}
 * @param variants the other glibc-hwcaps variants of it that exist: another CPU would load those
 * @param optional asked for by .note.dlopen only: absence is no failure
 */
public record Library(
    String name,
    @Nullable String path,
    String neededBy,
    String reason,
    List<String> variants,
    boolean optional) {}
