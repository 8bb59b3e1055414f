package dev.millrace.cli;

/** How servers write their logs. */
public enum LogFormat {
  /** A line for people. */
  TEXT,

  /** One object a line, in the Elastic Common Schema. */
  JSON;

  /**
   * What Log4j is to be configured with, as the value of {@code log4j2.configurationFile}. JSON is
   * a layer over the configuration of text, so that levels and files are in one place.
   *
   * @param directory where the two configurations are: a path, or a URI of the class path
   */
  public String configuration(String directory) {
    String text = directory + "/log4j2.properties";
    return switch (this) {
      case TEXT -> text;
      case JSON -> text + "," + directory + "/log4j2-json.properties";
    };
  }
}
