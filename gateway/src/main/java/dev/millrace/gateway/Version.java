package dev.millrace.gateway;

/** Which build this is. */
public final class Version {
  private Version() {}

  /** The version in the manifest of the jar; {@code development} where there is no jar. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
