package dev.millrace.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.gateway.exchange.Reply;
import dev.millrace.protocol.CompletionProgress;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.MalformedResultException;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultDecoder;
import dev.millrace.protocol.ResultEncoder;
import dev.millrace.protocol.ResultStatus;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what replies say. Safe for use by several threads. */
final class Results {
  private static final Logger LOG = LoggerFactory.getLogger(Results.class);

  private final ResultDecoder decoder = new ResultDecoder();
  private final ResultEncoder encoder = new ResultEncoder();
  private final ObjectMapper mapper = new ObjectMapper();

  /** The result of an answer; null, and logged, when it is none. */
  @Nullable Result decode(Reply reply) {
    ResultStatus status = Objects.requireNonNull(reply.status(), "an answer has a status");
    try {
      return decoder.decode(reply.value(), reply.encoding(), status);
    } catch (MalformedResultException e) {
      LOG.error("The answer to {} cannot be read.", reply.name(), e);
      return null;
    }
  }

  /** Why a request has no result, or none of the kind that it asked for. */
  ApiError error(Reply reply) {
    Result result = decode(reply);
    if (result instanceof ErrorResult error) {
      return ApiError.of(error);
    }
    return result == null ? ApiError.internal() : ApiError.keyReused();
  }

  /** A piece of a text; null, and logged, when it is none. */
  @Nullable CompletionProgress progress(Reply reply) {
    try {
      JsonNode piece = mapper.readTree(reply.value());
      JsonNode choice = piece.path("choices").path(0);
      return new CompletionProgress(
          piece.path("id").asText(),
          piece.path("created").asLong(),
          new ModelVersion(piece.path("model").asText(), piece.path("model_version").asInt()),
          choice.path("index").asInt(),
          reply.sequence(),
          choice.path("text").asText());
    } catch (IOException | IllegalArgumentException e) {
      LOG.error("A piece of {} cannot be read.", reply.name(), e);
      return null;
    }
  }

  /** The events behind the pieces, of an answer that is a completion. */
  CompletionChunks chunks(Reply reply) {
    return CompletionChunks.of(mapper, reply.value());
  }

  Buffer encode(CompletionProgress progress) {
    return Buffer.buffer(encoder.encode(progress));
  }
}
