package brig.audit;

import org.jspecify.annotations.Nullable;

/**
 * A directory that the service may write to by intent.
 *
 * @param inside its path in the jail
 * @param outside where its content is, when it is mounted at the start; null: in the jail's own
 *     tree, or in memory
 */
public record Place(String inside, @Nullable String outside) {}
