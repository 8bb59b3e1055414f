package dev.millrace.engines.pytorch;

import ai.djl.ndarray.types.DataType;
import dev.millrace.protocol.Datatype;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The protocol's datatypes as DJL's, where PyTorch has them. */
final class DataTypes {
  private static final Map<DataType, Datatype> OF_PROTOCOL = new EnumMap<>(DataType.class);

  static {
    for (Datatype datatype : Datatype.values()) {
      of(datatype).ifPresent(type -> OF_PROTOCOL.put(type, datatype));
    }
  }

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

  /**
   * DJL's type.
   *
   * @throws IllegalArgumentException where PyTorch has none
   */
  static DataType require(String input, Datatype datatype) {
    return of(datatype)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "input '%s': PyTorch has no %s".formatted(input, datatype)));
  }

  /**
   * The protocol's type.
   *
   * @throws IllegalArgumentException where it has none
   */
  static Datatype requireOfProtocol(String output, DataType type) {
    Datatype datatype = OF_PROTOCOL.get(type);
    if (datatype == null) {
      throw new IllegalArgumentException(
          "output '%s': the protocol has no %s".formatted(output, type));
    }
    return datatype;
  }
}
