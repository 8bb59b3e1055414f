package dev.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Where a request wants its answer instead of the result topic.
 *
 * @param partition which partition, or null to let the key decide
 */
public record ReplyAddress(String topic, @Nullable Integer partition) {}
