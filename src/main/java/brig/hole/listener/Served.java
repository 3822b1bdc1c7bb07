package brig.hole.listener;

import brig.hole.job.Hole;
import java.util.Set;

/**
 * A hole that is to be served.
 *
 * @param directory where its doors are made, outside
 * @param callers the users who may use the socket, and whose pipes are believed
 */
public record Served(Hole hole, String directory, Set<Integer> callers) {
  public Served {
    callers = Set.copyOf(callers);
  }
}
