package brig.elf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a {@code .note.dlopen}: libraries that the file may load by dlopen(3) at run time
 * (systemd's "ELF dlopen() metadata" specification).
 *
 * @param sonames alternatives: the first that can be loaded is used
 * @param priority {@code required}, {@code recommended} or {@code suggested}
 */
public record DlopenRequest(
    List<String> sonames,
    @Nullable String feature,
    @Nullable String description,
    @Nullable String priority) {}
