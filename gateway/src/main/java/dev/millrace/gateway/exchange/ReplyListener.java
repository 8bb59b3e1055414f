package dev.millrace.gateway.exchange;

/** Hears what comes back to a request. A replay may repeat pieces, never the answer. */
public interface ReplyListener {
  /** A piece of a text, or the answer, behind which nothing comes. */
  void hear(Reply reply);

  /** Kafka has not taken the request, or nobody knows whether it has. Nothing comes behind it. */
  void unsent(Throwable reason);

  /** This gateway ends before there is an answer: whoever waits has to leave. */
  void dismissed();
}
