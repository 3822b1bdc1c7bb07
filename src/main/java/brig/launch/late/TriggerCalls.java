package brig.launch.late;

import brig.linux.Capability;
import brig.linux.SyscallNames;
import brig.spec.JailSpec.Trigger;
import brig.trace.Caught;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls at which a thread goes into the jail. Whatever the jailfile's own trigger is, those by
 * which it gives up root are among them: afterwards it could not be taken in, and would run outside
 * as the service's user.
 */
final class TriggerCalls {
  /** By how many of their arguments are user ids. */
  private static final Map<String, Integer> CHANGE_USER =
      Map.of("setuid", 1, "setfsuid", 1, "setreuid", 2, "setresuid", 3);

  private static final String CAPSET = "capset";

  /** What the way in takes; whoever gives one of these up can never be taken in again. */
  private static final long NEEDED =
      Capability.CAP_SYS_ADMIN.bit()
          | Capability.CAP_SYS_CHROOT.bit()
          | Capability.CAP_SETPCAP.bit();

  private final Map<Integer, String> names = new HashMap<>();
  private final List<String> chosen;

  TriggerCalls(Trigger trigger) {
    chosen = trigger instanceof Trigger.Call call ? call.names() : List.of();
    for (String name : all()) {
      Integer number = SyscallNames.current().number(name);
      if (number != null) {
        names.put(number, name);
      }
    }
  }

  /** The names of all at which a thread has to stop. */
  List<String> all() {
    List<String> all = new ArrayList<>(CHANGE_USER.keySet());
    all.add(CAPSET);
    for (String name : chosen) {
      if (!all.contains(name)) {
        all.add(name);
      }
    }
    return all;
  }

  /** It may change the user. */
  boolean changesUser(Caught thread) {
    String name = names.get(thread.number());
    return name != null && CHANGE_USER.containsKey(name);
  }

  /** What the thread is about to do, for showing, when it is time to take it in; else null. */
  @Nullable String triggeredBy(Caught thread) {
    String name = names.get(thread.number());
    if (name == null) {
      return null;
    }
    if (chosen.contains(name)) {
      return name;
    }
    Integer ids = CHANGE_USER.get(name);
    if (ids != null) {
      for (int i = 0; i < ids; i++) {
        int id = (int) thread.argument(i);
        if (id != 0 && id != -1) { // -1: as it is
          return name + " " + Integer.toUnsignedString(id);
        }
      }
      return null;
    }
    return name.equals(CAPSET) && givesUp(thread) ? name : null;
  }

  // struct __user_cap_data_struct { u32 effective, permitted, inheritable; } [2]; all three of the
  // needed ones are in the first. A shorter one is of an old version of the call.
  private static boolean givesUp(Caught thread) {
    byte[] data = thread.read(thread.argument(1), 12);
    if (data.length < 12) {
      return false; // EFAULT, or a mere question
    }
    long permitted = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt(4) & 0xFFFFFFFFL;
    return (permitted & NEEDED) != NEEDED;
  }
}
