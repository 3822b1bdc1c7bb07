package brig.audit;

/**
 * What is told of a rule.
 *
 * @param id stable for ever: baselines and pipelines hold it
 * @param severity of most of its findings; some are higher or lower
 * @param summary what it looks for, as one line without a full stop
 * @param explanation why that matters
 * @param remedy what to do
 */
public record About(
    String id, Severity severity, String summary, String explanation, String remedy) {}
