package brig.hole.run;

import brig.hole.job.Step.RunAs;
import brig.hole.run.HostUsers.HostUser;
import brig.launch.child.ChildOrder.Identity;
import brig.spec.Located;
import org.jspecify.annotations.Nullable;

/** As whom a step runs: never as root, never as somebody whom a field names. */
final class Identities {
  private final HostUsers users;

  Identities(HostUsers users) {
    this.users = users;
  }

  /**
   * The user of a step.
   *
   * @param visitor who has logged in; empty: nobody
   * @return null: there is no such user, or it may not be
   */
  @Nullable Identity of(RunAs as, String visitor) {
    HostUser user =
        switch (as) {
          case RunAs.Fixed fixed -> users.find(fixed.user().value());
          case RunAs.SessionUser allowed -> sessionUser(allowed, visitor);
        };
    return user == null || user.uid() == 0 || user.gid() == 0
        ? null
        : new Identity.As(user.uid(), user.gid(), users.groupsOf(user));
  }

  private @Nullable HostUser sessionUser(RunAs.SessionUser allowed, String visitor) {
    HostUser user = visitor.isEmpty() ? null : users.named(visitor);
    if (user == null || user.uid() < allowed.leastUid()) {
      return null;
    }
    for (Located<String> name : allowed.users()) {
      if (name.value().equals(user.name())) {
        return user;
      }
    }
    for (Located<String> group : allowed.groups()) {
      if (users.isIn(user, group.value())) {
        return user;
      }
    }
    return null;
  }
}
