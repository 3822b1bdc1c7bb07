package brig.plan;

/**
 * Something of the host that was asked for and does not come in.
 *
 * @param path free of links; with a directory all that is in it
 * @param because what leaves it out: a line of the jailfile, or a rule of the hardening level
 * @param why who asked for it
 */
public record LeftOut(String path, String because, Reason why) {}
