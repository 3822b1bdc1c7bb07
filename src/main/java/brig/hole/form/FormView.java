package brig.hole.form;

import brig.hole.job.FieldError;
import brig.hole.job.Kept;
import java.util.Map;
import java.util.Set;

/**
 * What a form is shown with.
 *
 * @param language one of the hole's
 * @param nonce what the form carries so that it is taken once, from this visitor
 * @param page of a wizard, the first is 0; 0 for a form that is no wizard
 * @param typed by the names of fields, what was typed before; secrets in it are not shown
 * @param errors by the names of fields, what is wrong with that
 * @param given secrets and files that the listener holds already, by the names of their fields
 * @param notice above the form; empty: nothing
 * @param kept what the session holds
 */
public record FormView(
    String language,
    String nonce,
    int page,
    Map<String, String> typed,
    Map<String, FieldError> errors,
    Set<String> given,
    String notice,
    Kept kept) {}
