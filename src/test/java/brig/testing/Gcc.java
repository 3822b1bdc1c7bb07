package brig.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes real programs and libraries, and runs what tests compare with. */
public final class Gcc {
  private Gcc() {}

  /** Compiles C text to a file; {@code options} come behind the source, as libraries must. */
  public static Path compile(Path to, String source, String... options) throws IOException {
    Files.createDirectories(to.getParent());
    Path text = to.resolveSibling(to.getFileName() + ".c");
    Files.writeString(text, source);
    List<String> command = new ArrayList<>(List.of("gcc", "-o", to.toString(), text.toString()));
    command.addAll(List.of(options));
    run(command, Map.of());
    return to;
  }

  public static Path library(Path to, String source, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("-shared", "-fPIC"));
    all.addAll(List.of(options));
    return compile(to, source, all.toArray(String[]::new));
  }

  /** What a command prints; fails when it fails. */
  public static String run(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command + " failed: " + out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command + " was interrupted", e);
    }
    return out;
  }
}
