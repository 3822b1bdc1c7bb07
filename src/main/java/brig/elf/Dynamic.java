package brig.elf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What PT_DYNAMIC tells the loader: elf(5), ld.so(8).
 *
 * @param needed DT_NEEDED in order
 * @param filters DT_FILTER in order: like DT_NEEDED, loaded before the object itself
 * @param auxiliaries DT_AUXILIARY in order: the same, but they may be absent
 * @param rpath DT_RPATH as written, also when there is a DT_RUNPATH, which makes glibc ignore it
 * @param flags DT_FLAGS (DF_*); {@code flags1} is DT_FLAGS_1 (DF_1_*)
 */
public record Dynamic(
    @Nullable String soname,
    List<String> needed,
    List<String> filters,
    List<String> auxiliaries,
    @Nullable String rpath,
    @Nullable String runpath,
    long flags,
    long flags1) {
  public static final long DF_1_NODEFLIB = 0x800;
  public static final long DF_1_PIE = 0x08000000;
}
