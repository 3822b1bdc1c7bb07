package brig.cli.command;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Arguments of the kinds that many commands have. */
public final class Declared {
  private Declared() {}

  /** The one thing that a command is about, which must be given. */
  public static PositionalParamSpec name(String description) {
    return PositionalParamSpec.builder()
        .paramLabel("NAME")
        .arity("1")
        .type(String.class)
        .description(description)
        .build();
  }

  /** An option that takes a text. */
  public static OptionSpec text(String option, String label, String description) {
    return OptionSpec.builder(option)
        .paramLabel(label)
        .type(String.class)
        .description(description)
        .build();
  }

  /** An option that takes a whole number. */
  public static OptionSpec number(String option, String label, String description) {
    return OptionSpec.builder(option)
        .paramLabel(label)
        .type(Integer.class)
        .description(description)
        .build();
  }

  /** An option that takes nothing. */
  public static OptionSpec flag(String option, String description) {
    return OptionSpec.builder(option).description(description).build();
  }
}
