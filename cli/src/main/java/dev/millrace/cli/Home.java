package dev.millrace.cli;

import java.nio.file.Path;

/** Where the launcher script is: a checkout, or a distribution. */
final class Home {
  private Home() {}

  static Path path() {
    return Path.of(System.getProperty("millrace.home", ".")).toAbsolutePath().normalize();
  }
}
