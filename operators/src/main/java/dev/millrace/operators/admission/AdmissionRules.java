package dev.millrace.operators.admission;

import dev.millrace.engines.ModelCatalog;
import dev.millrace.protocol.RequestLimits;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * What is admitted.
 *
 * @param catalog the models that exist
 * @param limits how large and how deep a request may be
 * @param replyTopics the names that a reply topic may have, matched whole
 * @param maximumBatchRows the most rows of a batch, over every model's own limit
 */
public record AdmissionRules(
    ModelCatalog catalog, RequestLimits limits, Pattern replyTopics, int maximumBatchRows)
    implements Serializable {}
