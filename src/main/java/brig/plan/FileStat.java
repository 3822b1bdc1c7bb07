package brig.plan;

/**
 * What the plan must know of a file of the host.
 *
 * @param mode permission bits with set-id and sticky bits (07777 octal)
 * @param size in bytes
 * @param modifiedNanos nanoseconds since 1970; likewise {@code changedNanos} for the inode
 * @param device identifies the file system, {@code inode} the file on it: equal pairs are hard
 *     links
 * @param special what a device node stands for: major in the upper 32 bits, minor in the lower
 */
public record FileStat(
    Type type,
    int mode,
    int uid,
    int gid,
    long size,
    long device,
    long inode,
    int links,
    long special,
    long modifiedNanos,
    long changedNanos) {

  public enum Type {
    FILE,
    DIRECTORY,
    LINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    SOCKET
  }
}
