package dev.millrace.gateway.auth;

import java.util.Locale;

/** Why credentials were refused. */
public enum RefusalReason {
  /** There are none, or of another scheme than {@code Bearer}. */
  MISSING,
  /** They are longer than {@link TokenVerifier#MAXIMUM_TOKEN_LENGTH}. */
  TOO_LARGE,
  /** They are no signed token in the compact form, or its JSON is not to be trusted. */
  MALFORMED,
  /** The algorithm is not served, or not that of the key. */
  ALGORITHM,
  /** No key, or no single one, fits the token. */
  UNKNOWN_KEY,
  /** The signature is not that of the key. */
  SIGNATURE,
  /** A claim is missing or of the wrong type. */
  CLAIMS,
  /** Somebody else issued the token. */
  ISSUER,
  /** The token is for another service. */
  AUDIENCE,
  /** The token's time is over. */
  EXPIRED,
  /** The token's time has not come. */
  NOT_YET_VALID,
  /** The tenant is no name of a tenant. */
  TENANT,
  /** It cannot be told now, since there are no keys, or newer ones are being fetched. */
  KEYS_UNAVAILABLE;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The reason as logs and metrics name it. */
  public String wireName() {
    return wireName;
  }
}
