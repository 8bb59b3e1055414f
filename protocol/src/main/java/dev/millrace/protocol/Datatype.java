package dev.millrace.protocol;

/** The tensor datatypes of the Open Inference Protocol. */
public enum Datatype {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  FP32(4),
  FP64(8),
  /** Variable length: each element is a 4-byte little-endian length and that many bytes. */
  BYTES(0);

  private final int size;

  Datatype(int size) {
    this.size = size;
  }

  /** Bytes an element takes, or 0 where the length varies from element to element. */
  public int size() {
    return size;
  }
}
