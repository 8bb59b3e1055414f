package dev.millrace.protocol;

/** The answer to a request. */
public sealed interface Result permits TensorResult, CompletionResult, ErrorResult {
  /** The id of the request it answers. */
  String id();

  /** How the request ended. */
  ResultStatus status();
}
