package dev.millrace.protocol;

/**
 * The tokens of a completion.
 *
 * @param promptTokens of all prompts together
 * @param completionTokens generated, over all choices
 */
public record Usage(int promptTokens, int completionTokens) {
  /** Of both kinds. */
  public int totalTokens() {
    return promptTokens + completionTokens;
  }
}
