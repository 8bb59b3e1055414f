package dev.millrace.gateway.exchange;

/** Kafka cannot be reached, or has not what the gateway needs. */
public final class ExchangeUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  public ExchangeUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public ExchangeUnavailableException(String message) {
    super(message);
  }
}
