package dev.millrace.engines.pytorch;

import ai.djl.ndarray.types.DataType;
import dev.millrace.protocol.Datatype;
import java.util.Optional;

/** The protocol's datatypes as DJL's, where PyTorch has them. */
final class DataTypes {
  private DataTypes() {}

  /** DJL's type, or empty where PyTorch has none. */
  static Optional<DataType> of(Datatype datatype) {
    return switch (datatype) {
      case BOOL -> Optional.of(DataType.BOOLEAN);
      case UINT8 -> Optional.of(DataType.UINT8);
      case INT8 -> Optional.of(DataType.INT8);
      case INT16 -> Optional.of(DataType.INT16);
      case INT32 -> Optional.of(DataType.INT32);
      case INT64 -> Optional.of(DataType.INT64);
      case FP16 -> Optional.of(DataType.FLOAT16);
      case FP32 -> Optional.of(DataType.FLOAT32);
      case FP64 -> Optional.of(DataType.FLOAT64);
      case UINT16, UINT32, UINT64, BYTES -> Optional.empty();
    };
  }

  /** The protocol's type, or empty where it has none. */
  static Optional<Datatype> of(DataType type) {
    for (Datatype datatype : Datatype.values()) {
      if (of(datatype).filter(type::equals).isPresent()) {
        return Optional.of(datatype);
      }
    }
    return Optional.empty();
  }
}
