package dev.millrace.protocol;

/**
 * The value of a request or response parameter: the protocol allows a boolean, a number or a
 * string.
 */
public sealed interface ParameterValue {
  /** A boolean. */
  record Bool(boolean value) implements ParameterValue {}

  /** An integer. */
  record Int64(long value) implements ParameterValue {}

  /** A number with a fraction. */
  record Float64(double value) implements ParameterValue {}

  /** A string. */
  record Text(String value) implements ParameterValue {}
}
