package dev.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The model a request asks for, as it was written; {@link ModelVersion} is what it resolves to.
 *
 * @param version the version as written, or null to take the model's default
 */
public record ModelReference(String name, @Nullable String version) {
  @Override
  public String toString() {
    return version == null ? name : name + "/" + version;
  }
}
