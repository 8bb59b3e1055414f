package dev.millrace.gateway.limits;

/**
 * What one tenant may ask for. A minute's worth may come at once.
 *
 * @param requestsPerMinute {@link #UNLIMITED} for any number
 * @param tokensPerMinute of prompts and texts together, {@link #UNLIMITED} for any number
 * @param concurrent requests that wait for their answers at the same time; {@link #UNLIMITED} for
 *     any number
 */
public record Quota(long requestsPerMinute, long tokensPerMinute, int concurrent) {
  /** No bound. */
  public static final int UNLIMITED = 0;

  /** No bound at all. */
  public static final Quota NONE = new Quota(UNLIMITED, UNLIMITED, UNLIMITED);

  public Quota {
    if (requestsPerMinute < 0 || tokensPerMinute < 0 || concurrent < 0) {
      throw new IllegalArgumentException(
          "a quota is not negative: %d requests, %d tokens a minute, %d at once"
              .formatted(requestsPerMinute, tokensPerMinute, concurrent));
    }
  }
}
