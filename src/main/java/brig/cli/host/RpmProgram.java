package brig.cli.host;

import brig.linux.HostFiles;
import brig.linux.HostProgram;
import brig.linux.ProcessStatus;
import brig.plan.packages.RpmQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The host's rpm, run as a child. Its answer goes through a file in a directory that is root's
 * alone to write to: it can be long, and is to be without its complaints.
 */
public final class RpmProgram implements RpmQuery {
  /** The arguments are given, never put into the text: a path may hold anything. */
  private static final String SCRIPT =
      "answer=$1 rpm=$2; shift 2; exec \"$rpm\" \"$@\" >\"$answer\" 2>/dev/null";

  private final String directory;
  private final @Nullable String program;

  /** The rpm of this host, which is looked for when it is asked. */
  public RpmProgram(String directory) {
    this(directory, null);
  }

  /**
   * Another rpm.
   *
   * @param directory of Brig's own, made when it is absent
   * @param program null: the host's
   */
  public RpmProgram(String directory, @Nullable String program) {
    this.directory = directory;
    this.program = program;
  }

  @Override
  public String ask(List<String> arguments) throws IOException {
    HostFiles.createDirectories(directory, 0755);
    String answer = directory + "/rpm." + ProcessStatus.self();
    List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sh", answer, program()));
    line.addAll(arguments);
    HostFiles.replace(answer, new byte[0], 0600);
    try {
      HostProgram.run(line);
      return new String(HostFiles.read(answer), StandardCharsets.UTF_8);
    } finally {
      HostFiles.delete(answer);
    }
  }

  private String program() throws IOException {
    String rpm = program == null ? HostProgram.find("rpm") : program;
    if (rpm == null) {
      throw new IOException("there is a database of rpm, but no program rpm");
    }
    return rpm;
  }
}
