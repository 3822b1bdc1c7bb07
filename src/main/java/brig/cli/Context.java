package brig.cli;

import brig.plan.Host;
import brig.tree.JailPaths;
import java.io.PrintStream;
import java.util.Map;

/** What a command has to work with, so that tests can give it something else. */
record Context(
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    JailPaths paths,
    Host host,
    boolean terminal) {}
