package brig;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Keeps the table of docs/architecture.md: which package may use which. */
class ArchitectureTest {
  /** The table. A package that is not here may not exist. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("report", Set.of()),
          Map.entry("linux", Set.of("report")),
          Map.entry("elf", Set.of("report")),
          Map.entry("spec", Set.of("report")),
          Map.entry("plan", Set.of("spec", "elf", "report")),
          Map.entry("tree", Set.of("plan", "linux", "report")),
          Map.entry("seal", Set.of("tree", "plan", "elf", "linux", "report")),
          Map.entry("launch", Set.of("trace", "seal", "spec", "plan", "tree", "linux", "report")),
          Map.entry(
              "audit", Set.of("plan", "tree", "seal", "launch", "spec", "linux", "elf", "report")),
          Map.entry("export", Set.of("launch", "tree", "spec", "linux", "report")),
          Map.entry("trace", Set.of("linux", "report")),
          Map.entry(
              "learn", Set.of("trace", "launch", "plan", "tree", "spec", "elf", "linux", "report")),
          Map.entry("hole", Set.of("launch", "tree", "plan", "spec", "linux", "report")),
          Map.entry("web", Set.of("hole", "launch", "spec", "tree", "linux", "report")),
          Map.entry(
              "cli",
              Set.of(
                  "export", "web", "hole", "learn", "trace", "audit", "launch", "seal", "tree",
                  "plan", "spec", "elf", "linux", "report")));

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("brig");
  }

  private static String station(JavaClass c) {
    String[] parts = c.getPackageName().split("\\.");
    return parts.length > 1 && parts[0].equals("brig") ? parts[1] : "";
  }

  @Test
  void everyPackageIsInTheTable() {
    noClasses()
        .should(
            com.tngtech.archunit.lang.conditions.ArchConditions.be(
                DescribedPredicate.describe(
                    "in a package that the table lacks",
                    (JavaClass c) ->
                        c.getPackageName().startsWith("brig") && !MAY_USE.containsKey(station(c)))))
        .check(classes);
  }

  @TestFactory
  Stream<DynamicTest> packagesUseOnlyWhatTheyMay() {
    return MAY_USE.entrySet().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.getKey(),
                    () ->
                        noClasses()
                            .that()
                            .resideInAPackage("brig." + row.getKey() + "..")
                            .should()
                            .dependOnClassesThat(
                                DescribedPredicate.describe(
                                    "are in a package of Brig that it may not use",
                                    (JavaClass c) ->
                                        c.getPackageName().startsWith("brig.")
                                            && !station(c).equals(row.getKey())
                                            && !row.getValue().contains(station(c))))
                            .allowEmptyShould(true)
                            .check(classes)));
  }

  /** Inside of the hole: what is jailed with a client knows nothing of jobs. */
  @Test
  void theWireAndTheClientOfTheHoleStandAlone() {
    noClasses()
        .that()
        .resideInAPackage("brig.hole.wire..")
        .should()
        .dependOnClassesThat(inBrigBut("brig.hole.wire", "brig.report"))
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("brig.hole.client..")
        .should()
        .dependOnClassesThat(
            inBrigBut("brig.hole.client", "brig.hole.wire", "brig.linux", "brig.report"))
        .allowEmptyShould(true)
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("brig.hole.session..")
        .should()
        .dependOnClassesThat(inBrigBut("brig.hole.session", "brig.linux", "brig.report"))
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("brig.hole.front..")
        .should()
        .dependOnClassesThat(inBrigBut("brig.hole.front", "brig.hole.wire", "brig.report"))
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("brig.hole.form..")
        .should()
        .dependOnClassesThat(
            inBrigBut("brig.hole.form", "brig.hole.job", "brig.spec", "brig.report"))
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("brig.hole.job..")
        .should()
        .dependOnClassesThat(
            inBrigBut("brig.hole.job", "brig.hole.wire", "brig.spec", "brig.report"))
        .allowEmptyShould(true)
        .check(classes);
  }

  /** What serves a hole's forms in a jail knows of it what is said on the wire. */
  @Test
  void theWebServerUsesOfTheHoleWhatIsMadeForTheInside() {
    noClasses()
        .that()
        .resideInAPackage("brig.web..")
        .should()
        .dependOnClassesThat(
            inBrigBut(
                "brig.web",
                "brig.hole.front",
                "brig.hole.wire",
                "brig.launch",
                "brig.spec",
                "brig.tree",
                "brig.linux",
                "brig.report"))
        .check(classes);
  }

  private static DescribedPredicate<JavaClass> inBrigBut(String... packages) {
    return DescribedPredicate.describe(
        "are in a package of Brig other than " + String.join(", ", packages),
        c ->
            c.getPackageName().startsWith("brig.")
                && Stream.of(packages)
                    .noneMatch(
                        allowed ->
                            c.getPackageName().equals(allowed)
                                || c.getPackageName().startsWith(allowed + ".")));
  }

  /** The rooms of a package stand in a line too: none uses another that uses it. */
  @Test
  void theCommandsRoomsHaveNoCycles() {
    slices().matching("brig.cli.(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void onlyTheBindingTouchesForeignMemory() {
    noClasses()
        .that()
        .resideOutsideOfPackage("brig.linux..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .check(classes);
  }

  @Test
  void nobodyStartsAProgramThroughTheJdk() {
    noClasses()
        .that()
        .resideInAPackage("brig..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ProcessBuilder.class, Runtime.Version.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String[].class)
        .orShould()
        .callMethod(Runtime.class, "exec", String.class)
        .check(classes);
  }
}
