package brig.plan;

import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.testing.FakeHost;
import brig.testing.HostTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of this machine's programs, copied, and run by chroot(8) with the real loader. */
@Tag("root")
class RealLoaderTest {
  @TempDir Path work;

  private static String run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    Process process = builder.start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return text + "exit " + process.exitValue();
    }
  }

  /** The plan as a plain tree, copied by name: only for a look at what the loader makes of it. */
  private Path copied(Plan plan) throws IOException {
    Path root = work.resolve("jail");
    for (Entry entry : plan.entries()) {
      Path path = Path.of(root.toString(), entry.path());
      switch (entry) {
        case Entry.Directory _, Entry.Writable _ -> Files.createDirectories(path);
        case Entry.File file -> Files.copy(Path.of(file.source()), path);
        case Entry.Generated file -> Files.write(path, file.content());
        case Entry.Link link -> Files.createSymbolicLink(path, Path.of(link.target()));
        case Entry.Device _, Entry.Socket _ -> {}
      }
    }
    return root;
  }

  private void compile(Path output, String source, String... options)
      throws IOException, InterruptedException {
    Path file = work.resolve(output.getFileName() + ".c");
    Files.writeString(file, source);
    Files.createDirectories(output.getParent());
    String[] command = {"gcc", "-o", output.toString(), file.toString()};
    String[] all = Arrays.copyOf(command, command.length + options.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    assertThat(run(all)).isEqualTo("exit 0");
  }

  private static Plan plan(Host host, String program) throws BrigException {
    return Plans.plan(host, "command = [\"" + program + "\"]\nuser = \"nobody\"\n");
  }

  @Test
  void aProgramRunsInACopyOfItsPlan() throws Exception {
    Path root = copied(plan(HostTree.ofThisMachine(), "/usr/bin/id"));
    assertThat(run("chroot", root.toString(), "/usr/bin/id", "-u")).isEqualTo("0\nexit 0");
  }

  @Test
  void theLoadersOwnToolReadsTheCache() throws Exception {
    Path root = copied(plan(HostTree.ofThisMachine(), "/usr/bin/id"));
    String cache = root + "/etc/ld.so.cache";
    assertThat(run("/sbin/ldconfig", "-C", cache, "-p"))
        .contains("libc.so.6 (libc6,x86-64) => /lib/x86_64-linux-gnu/libc.so.6")
        .endsWith("exit 0");
  }

  @Test
  void case12_aPluginFindsItsLibraryByTheRpathOfTheProgramThatLoadsIt() throws Exception {
    Path odd = work.resolve("odd");
    compile(
        odd.resolve("private/libodd.so.1"),
        "int odd(void){return 7;}",
        "-shared",
        "-fPIC",
        "-Wl,-soname,libodd.so.1");
    compile(
        odd.resolve("plugins/plugin.so"),
        "int odd(void); int plugin(void){return odd();}",
        "-shared",
        "-fPIC",
        odd.resolve("private/libodd.so.1").toString());
    compile(
        odd.resolve("www"),
        "int main(void){return 0;}",
        "-Wl,--disable-new-dtags,-rpath,$ORIGIN/private");
    Plan plan =
        Plans.plan(
            HostTree.ofThisMachine(),
            "command = [\"%s/www\"]\nuser = \"nobody\"\n[files]\ninclude = [\"%s/plugins/*\"]\n"
                .formatted(odd, odd));
    assertThat(Plans.paths(plan)).contains(odd + "/private/libodd.so.1");
    assertThat(Plans.warnings(plan)).isEmpty();
  }

  @Test
  void aPluginBesideAScriptIsLookedUpByItself() throws Exception {
    Path odd = work.resolve("odd");
    compile(odd.resolve("plugin.so"), "int plugin(void){return 1;}", "-shared", "-fPIC");
    Path script = odd.resolve("www");
    Files.writeString(script, "#!/bin/sh\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Plan plan =
        Plans.plan(
            HostTree.ofThisMachine(),
            "command = [\"%s/www\"]\nuser = \"nobody\"\n[files]\ninclude = [\"%s/plugin.so\"]\n"
                .formatted(odd, odd));
    assertThat(Plans.paths(plan)).contains("/usr/lib/x86_64-linux-gnu/libc.so.6");
  }

  @Test
  void case13_libraryFoundOnlyThroughLdSoConfDIsFoundThroughTheJailsCache() throws Exception {
    Path odd = work.resolve("odd");
    compile(
        odd.resolve("libodd.so.1"),
        "int odd(void){return 7;}",
        "-shared",
        "-fPIC",
        "-Wl,-soname,libodd.so.1");
    compile(
        odd.resolve("www"),
        "int odd(void); int main(void){return odd();}",
        odd.resolve("libodd.so.1").toString());
    // A cache that the real ldconfig makes of this machine's directories and the odd one.
    Path conf = work.resolve("ld.so.conf");
    Files.writeString(conf, odd + "\ninclude /etc/ld.so.conf.d/*.conf\n");
    Path own = work.resolve("own");
    Files.createDirectories(own.resolve("etc"));
    assertThat(run("/sbin/ldconfig", "-X", "-f", conf.toString(), "-C", own + "/etc/ld.so.cache"))
        .endsWith("exit 0");
    FakeHost host = FakeHost.overThisMachine(own);
    String jailfile = "command = [\"" + odd + "/www\"]\nuser = \"nobody\"\n";
    Plan plan = Plans.plan(host, jailfile);
    assertThat(Plans.reasons(plan, odd + "/libodd.so.1"))
        .containsExactly(
            "www.toml:1 -> " + odd + "/www -> NEEDED libodd.so.1 -> found in ld.so.cache");
    Path root = copied(plan);
    assertThat(run("chroot", root.toString(), odd + "/www")).isEqualTo("exit 7");
    Files.delete(root.resolve("etc/ld.so.cache"));
    assertThat(run("chroot", root.toString(), odd + "/www")).endsWith("exit 127");
  }

  @Test
  void case15_everyVariantForAnotherProcessorIsInThePlanAndInTheCache() throws Exception {
    Path odd = work.resolve("odd");
    List<String> variants = List.of("", "glibc-hwcaps/x86-64-v2/", "glibc-hwcaps/x86-64-v4/");
    for (int i = 0; i < variants.size(); i++) {
      compile(
          odd.resolve(variants.get(i) + "libodd.so.1"),
          "int odd(void){return " + i + ";}",
          "-shared",
          "-fPIC",
          "-Wl,-soname,libodd.so.1");
    }
    compile(
        odd.resolve("www"),
        "int odd(void); int main(void){return odd();}",
        odd.resolve("libodd.so.1").toString());
    Path conf = work.resolve("ld.so.conf");
    Files.writeString(conf, odd + "\ninclude /etc/ld.so.conf.d/*.conf\n");
    Path own = work.resolve("own");
    Files.createDirectories(own.resolve("etc"));
    assertThat(run("/sbin/ldconfig", "-X", "-f", conf.toString(), "-C", own + "/etc/ld.so.cache"))
        .endsWith("exit 0");
    Plan plan =
        Plans.plan(
            FakeHost.overThisMachine(own), "command = [\"" + odd + "/www\"]\nuser = \"nobody\"\n");
    for (String variant : variants) {
      assertThat(Plans.paths(plan)).contains(odd + "/" + variant + "libodd.so.1");
    }
    Path root = copied(plan);
    assertThat(run("/sbin/ldconfig", "-C", root + "/etc/ld.so.cache", "-p"))
        .contains("libodd.so.1 (libc6,x86-64, hwcap: \"x86-64-v4\") => ")
        .contains("libodd.so.1 (libc6,x86-64, hwcap: \"x86-64-v2\") => ")
        .contains("libodd.so.1 (libc6,x86-64) => ");
    // The loader picks in the jail what it picks outside with the same cache.
    String outside = run("chroot", root.toString(), odd + "/www");
    assertThat(outside).isIn("exit 1", "exit 2");
  }

  /** Whichever this processor takes, the other one's library is needed on another. */
  @Test
  void case15_everyVariantBringsWhatItAloneNeeds() throws Exception {
    Path odd = work.resolve("odd");
    Map<String, String> needs = Map.of("", "slow", "glibc-hwcaps/x86-64-v4/", "fast");
    for (Map.Entry<String, String> variant : needs.entrySet()) {
      String other = variant.getValue();
      compile(
          odd.resolve("lib" + other + ".so.1"),
          "int " + other + "(void){return 7;}",
          "-shared",
          "-fPIC",
          "-Wl,-soname,lib" + other + ".so.1");
      compile(
          odd.resolve(variant.getKey() + "libodd.so.1"),
          "int " + other + "(void); int odd(void){return " + other + "();}",
          "-shared",
          "-fPIC",
          "-Wl,-soname,libodd.so.1",
          odd.resolve("lib" + other + ".so.1").toString());
    }
    compile(
        odd.resolve("www"),
        "int odd(void); int main(void){return odd();}",
        odd.resolve("libodd.so.1").toString(),
        "-Wl,--disable-new-dtags,-rpath," + odd);
    Plan plan = plan(HostTree.ofThisMachine(), odd + "/www");
    assertThat(Plans.paths(plan)).contains(odd + "/libslow.so.1", odd + "/libfast.so.1");
    List<String> why = new ArrayList<>(Plans.reasons(plan, odd + "/libslow.so.1"));
    why.addAll(Plans.reasons(plan, odd + "/libfast.so.1"));
    assertThat(String.join("\n", why)).containsOnlyOnce("variant for another CPU");
    Path root = copied(plan);
    assertThat(run("chroot", root.toString(), odd + "/www")).isEqualTo("exit 7");
  }
}
