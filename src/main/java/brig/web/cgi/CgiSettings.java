package brig.web.cgi;

import java.util.function.Supplier;

/**
 * What the worker needs of a location's programs.
 *
 * @param place its number, in the configuration's order
 * @param prefix the location's path
 * @param path the directory, or the one program, where this process finds it
 * @param single whether it is one program
 * @param documentRoot the site's root, where a program finds it
 * @param millis a program may run
 */
public record CgiSettings(
    int place,
    String prefix,
    Supplier<String> path,
    boolean single,
    Supplier<String> documentRoot,
    long millis) {}
