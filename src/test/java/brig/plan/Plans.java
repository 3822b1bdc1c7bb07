package brig.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailfileReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Plans from the text of a jailfile. */
public final class Plans {
  private Plans() {}

  /** The first two lines of most jailfiles in tests. */
  public static final String SERVICE = "command = [\"/usr/sbin/www\"]\nuser = \"www-data\"\n";

  public static JailSpec spec(String jailfile) throws BrigException {
    return JailfileReader.read("www", "www.toml", jailfile.getBytes(StandardCharsets.UTF_8));
  }

  public static Plan plan(Host host, String jailfile) throws BrigException {
    return Planner.plan(spec(jailfile), host);
  }

  /** Every problem, as a person sees it. */
  public static List<String> problems(Host host, String jailfile) throws BrigException {
    JailSpec spec = spec(jailfile);
    BrigException e = catchThrowableOfType(BrigException.class, () -> Planner.plan(spec, host));
    assertThat(e).as("the plan was made").isNotNull();
    return e.problems().stream().map(Problem::text).toList();
  }

  public static List<String> paths(Plan plan) {
    return plan.entries().stream().map(Entry::path).toList();
  }

  public static List<String> warnings(Plan plan) {
    return plan.warnings().stream().map(Problem::text).toList();
  }

  public static Entry entry(Plan plan, String path) {
    Entry entry = plan.entry(path);
    assertThat(entry).as(path + " is in the plan").isNotNull();
    return java.util.Objects.requireNonNull(entry);
  }

  /** The content of a file that was made for the jail. */
  public static String content(Plan plan, String path) {
    Entry entry = entry(plan, path);
    assertThat(entry).isInstanceOf(Entry.Generated.class);
    return new String(((Entry.Generated) entry).content(), StandardCharsets.UTF_8);
  }

  /** The target of a link. */
  public static String target(Plan plan, String path) {
    Entry entry = entry(plan, path);
    assertThat(entry).isInstanceOf(Entry.Link.class);
    return ((Entry.Link) entry).target();
  }

  public static List<String> reasons(Plan plan, String path) {
    return entry(plan, path).reasons().stream().map(Reason::text).toList();
  }
}
