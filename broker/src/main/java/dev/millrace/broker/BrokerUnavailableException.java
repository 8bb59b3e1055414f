package dev.millrace.broker;

/** A broker could not be started; the message is one line that says why and where its log is. */
public final class BrokerUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  BrokerUnavailableException(String message) {
    super(message);
  }

  BrokerUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
