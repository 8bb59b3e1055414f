package dev.millrace.protocol;

import org.jspecify.annotations.Nullable;

/** What came of reading a record's value. */
public sealed interface Decoded {
  /** A request whose every part is well formed. Whether a model answers it is not known yet. */
  record Request(InferenceRequest request) implements Decoded {}

  /**
   * A request that cannot be served as written: it is answered {@link ResultStatus#REJECTED}.
   *
   * @param id the id in the body, or null when there is none, or none in the part that was read of
   *     a value over the limit
   * @param model the model in the body, or null likewise
   * @param param the field at fault, or null when it is none alone
   */
  record Invalid(
      @Nullable String id,
      @Nullable ModelReference model,
      ErrorCode code,
      String message,
      @Nullable String param)
      implements Decoded {
    /** Of no field alone. */
    public Invalid(
        @Nullable String id, @Nullable ModelReference model, ErrorCode code, String message) {
      this(id, model, code, message, null);
    }
  }

  /** No request: the record becomes a dead letter. */
  record Malformed(String message) implements Decoded {}
}
