package dev.millrace.gateway;

/** A gateway cannot be started; the message says why. */
public final class GatewayException extends Exception {
  private static final long serialVersionUID = 1;

  public GatewayException(String message, Throwable cause) {
    super(message, cause);
  }
}
