package dev.millrace.protocol;

import dev.millrace.protocol.json.JsonResultReader;
import dev.millrace.protocol.protobuf.ProtobufResultReader;

/** Reads results back, for tools and clients. Safe for use by several threads. */
public final class ResultDecoder {
  private final JsonResultReader json = new JsonResultReader();
  private final ProtobufResultReader protobuf = new ProtobufResultReader();

  /**
   * Reads the value of a result record. A JSON {@code null} among floating-point elements is read
   * as NaN.
   *
   * @param status of the record's {@code millrace-status} header
   * @throws MalformedResultException when the value is no result of that status
   */
  public Result decode(byte[] value, Encoding encoding, ResultStatus status)
      throws MalformedResultException {
    return switch (encoding) {
      case JSON -> json.read(value, status);
      case PROTOBUF -> protobuf.read(value, status);
    };
  }
}
