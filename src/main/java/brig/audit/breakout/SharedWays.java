package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.Refused;
import brig.audit.breakout.Puppet.Buffer;
import brig.report.BrigException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Ways through what the kernel keeps for a user or for all, outside of the file system. */
final class SharedWays {
  private static final int IPC_PRIVATE = 0;
  private static final int IPC_RMID = 0;
  private static final int SHM_RDONLY = 010000;
  private static final int SHM_SIZE = 4096;

  private static final int KEYCTL_SEARCH = 10;
  private static final int KEYCTL_READ = 11;
  private static final int KEYCTL_LINK = 8;
  private static final int KEYCTL_SET_TIMEOUT = 15;
  private static final int KEYCTL_UNLINK = 9;
  private static final int PROCESS_KEYRING = -2;
  private static final int USER_KEYRING = -4;
  private static final int KEY_SECONDS = 60;

  static final List<Attempt> ALL =
      List.of(
          new Attempt(
              "B19", "System V shared memory", List.of(Guard.OWN_IPC), SharedWays::sharedMemory),
          new Attempt(
              "B20",
              "the keyring of the same user",
              List.of(Guard.filter("keyctl")),
              SharedWays::keyring));

  private SharedWays() {}

  /** Marked for removal at once, the segment lasts as long as the outsider does. */
  private static String sharedMemory(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet twin = scene.twin();
    byte[] secret = scene.canary().secret();
    long segment = twin.need("shmget", IPC_PRIVATE, SHM_SIZE, 0600);
    long memory = twin.need("shmat", segment, 0, 0);
    twin.need("shmctl", segment, IPC_RMID, 0);
    twin.set(new Buffer(memory, secret.length), secret);
    Puppet inmate = scene.inmate();
    long address = inmate.must("shmat", segment, 0, SHM_RDONLY);
    if (!Arrays.equals(inmate.get(address, secret.length), secret)) {
      throw new Refused("shmat", "other memory");
    }
    return "read memory outside";
  }

  /** The key is gone when the attempt is, and would be after a minute in any case. */
  private static String keyring(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet twin = scene.twin();
    byte[] secret = scene.canary().secret();
    String name = "brig-breakout-" + scene.canary().unique();
    long key = twin.need("add_key", "user", name, secret, secret.length, USER_KEYRING);
    try {
      twin.need("keyctl", KEYCTL_SET_TIMEOUT, key, KEY_SECONDS, 0, 0);
      Puppet inmate = scene.inmate();
      inmate.must("keyctl", KEYCTL_LINK, USER_KEYRING, PROCESS_KEYRING, 0, 0);
      long found = inmate.must("keyctl", KEYCTL_SEARCH, USER_KEYRING, "user", name, 0);
      Buffer content = inmate.buffer(secret.length);
      inmate.must("keyctl", KEYCTL_READ, found, content, content.size(), 0);
      if (!Arrays.equals(inmate.get(content), secret)) {
        throw new Refused("keyctl", "another key");
      }
      return "read a key outside";
    } finally {
      twin.call("keyctl", KEYCTL_UNLINK, key, USER_KEYRING, 0, 0);
    }
  }
}
