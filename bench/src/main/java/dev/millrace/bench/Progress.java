package dev.millrace.bench;

/** Hears what goes on. */
public interface Progress {
  /** Something that is worth keeping. */
  void say(String message);

  /** Something that the next call replaces. */
  void update(String message);
}
