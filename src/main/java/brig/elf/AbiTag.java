package brig.elf;

/**
 * The note that says for which system a file is made (NT_GNU_ABI_TAG): the loader skips a library
 * that wants a later kernel.
 *
 * @param system 0 is Linux
 */
public record AbiTag(int system, int major, int minor, int patch) {
  public static final int LINUX = 0;
}
