package dev.millrace.protocol;

/** Writes results. */
public final class ResultEncoder {
  /** The value of a result record. */
  public byte[] encode(Result result, Encoding encoding) {
    return (result + " " + encoding).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
