package brig.learn;

import brig.spec.LockFile.LearnedAccount;
import brig.spec.LockFile.LearnedPath;
import brig.spec.LockFile.LearnedPlace;

/** One thing that the lock file gets, with what a person is told of it. */
public sealed interface Addition {
  /** What comes in: a path, or {@code the user NAME}. */
  String what();

  /** Why, as a clause without a subject: {@code asked for by /usr/sbin/www (openat)}. */
  String why();

  record Path(LearnedPath path, String why) implements Addition {
    @Override
    public String what() {
      return path.path();
    }
  }

  /** A library that is loaded before the daemon, or its workers, go in. */
  record Preload(LearnedPath path, String why) implements Addition {
    @Override
    public String what() {
      return path.path() + ", preloaded";
    }
  }

  record Place(LearnedPlace place, String why) implements Addition {
    @Override
    public String what() {
      return place.path() + (place.temporary() ? ", in memory" : ", writable");
    }
  }

  record Account(LearnedAccount account, String why) implements Addition {
    @Override
    public String what() {
      return "the " + (account.group() ? "group " : "user ") + account.name();
    }
  }
}
