package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.launch.service.OutsideCalls;

/** What a service called that its own profile of system calls has not. */
final class CallsMade implements Rule {
  static final About ABOUT =
      new About(
          "call-outside",
          Severity.LOW,
          "a system call outside the profile of the service",
          "Either the profile was learned from too little, and the service will fail where it is"
              + " enforced; or somebody makes the service do what it never did.",
          "brig logs NAME --calls tells more. A call that belongs to the service is learned by a"
              + " brig learn whose workload makes it.");

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void finish(Inspection jail, Findings out) {
    for (OutsideCalls.Seen call : jail.subject().life().callsOutside()) {
      out.add(
          ABOUT,
          call.programs().isEmpty() ? "/" : call.programs().getFirst(),
          "called "
              + call.call()
              + ", which was "
              + call.answer().word()
              + (call.times() == 1 ? "" : ", " + call.times() + " times"));
    }
  }
}
