package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import brig.plan.Reason;
import brig.plan.TreeFilter;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailSpec.Switch;
import brig.spec.Located;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * iconv(3): the conversions that are not in libc itself are modules. AUTO brings them for PHP,
 * whose iconv functions fail otherwise, and for a locale whose charset is not UTF-8.
 */
final class Gconv implements Rule {
  private final JailSpec spec;
  private final CLibrary library = new CLibrary();
  private boolean php;
  private boolean done;

  Gconv(JailSpec spec) {
    this.spec = spec;
  }

  @Override
  public void saw(PlannedFile file, Draft draft) {
    library.saw(file);
    php |= Php.sapiOf(file) != null;
  }

  @Override
  public void settle(Draft draft) throws IOException {
    PlannedFile glibc = library.glibc();
    if (done || glibc == null) {
      return;
    }
    Switch wanted = spec.features().gconv();
    String cause = wanted == Switch.ON ? "gconv = on" : automatic();
    if (wanted == Switch.OFF || cause == null) {
      return;
    }
    done = true;
    String directory = CLibrary.directoryOf(glibc) + "/gconv";
    Reason why = Reason.root("character set conversions").then(cause);
    if (draft.isDirectory(directory)) {
      draft.addTree(directory, why, TreeFilter.ALL);
    } else if (wanted == Switch.ON) {
      draft
          .troubles()
          .warn(
              Problem.of("there is no " + directory)
                  .remedy("Install the C library's conversion modules (libc6, glibc-gconv)."),
              why);
    }
  }

  private @Nullable String automatic() {
    if (php) {
      return "PHP converts with iconv";
    }
    for (Located<String> locale : spec.features().locales()) {
      String name = Locales.normal(locale.value());
      if (!Locales.isBuiltIn(name) && !name.contains(".utf8")) {
        return "locale " + locale.value();
      }
    }
    return null;
  }
}
