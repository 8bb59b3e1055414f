package dev.millrace.protocol;

/** How a message is written; a result is written as its request was. */
public enum Encoding {
  JSON("application/json"),
  PROTOBUF("application/x-protobuf");

  private final String contentType;

  Encoding(String contentType) {
    this.contentType = contentType;
  }

  /** The value of the {@code content-type} header. */
  public String contentType() {
    return contentType;
  }
}
