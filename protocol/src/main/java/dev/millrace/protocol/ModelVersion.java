package dev.millrace.protocol;

import java.io.Serializable;

/**
 * One deployed version of a model.
 *
 * @param version a positive integer
 */
public record ModelVersion(String name, int version) implements Serializable {
  public ModelVersion {
    if (version < 1) {
      throw new IllegalArgumentException(
          "version of model '%s' is %d, not positive".formatted(name, version));
    }
  }

  @Override
  public String toString() {
    return name + "/" + version;
  }
}
