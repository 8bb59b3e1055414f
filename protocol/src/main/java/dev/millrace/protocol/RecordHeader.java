package dev.millrace.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A header of a Kafka record. Names may repeat; the last one counts. */
public record RecordHeader(String name, byte @Nullable [] value) {
  @Override
  public boolean equals(Object other) {
    return other instanceof RecordHeader that
        && name.equals(that.name)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(value);
  }
}
