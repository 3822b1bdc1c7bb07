package brig.cli.jail;

import picocli.CommandLine.Model.PositionalParamSpec;

/** The argument that most commands begin with. */
public final class JailArgument {
  private JailArgument() {}

  /** One jail. */
  public static PositionalParamSpec one() {
    return PositionalParamSpec.builder()
        .index("0")
        .arity("1")
        .paramLabel("NAME")
        .type(String.class)
        .description("A jail, or the path of its jailfile.")
        .build();
  }
}
