package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.MalformedResultException;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.codec.TensorDeclarations;
import java.io.IOException;

/** Reads results that are written in JSON. Safe for use by several threads. */
public final class JsonResultReader {
  private final JsonFactory factory = StreamingJson.factory(StreamingJson.RESULT_NESTING);

  /**
   * Reads the value of a result record.
   *
   * @throws MalformedResultException when it is no result of that status
   */
  public Result read(byte[] value, ResultStatus status) throws MalformedResultException {
    try (JsonParser parser = factory.createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedResultException("expected a JSON object", null);
      }
      TensorReader tensorReader =
          new TensorReader(factory, value, new TensorDeclarations(Long.MAX_VALUE), true);
      return new ResultBody(tensorReader).read(parser).result(status);
    } catch (JsonProcessingException malformed) {
      throw new MalformedResultException(SyntaxMessage.of(malformed), malformed);
    } catch (InvalidRequestException invalid) {
      throw new MalformedResultException(invalid.getMessage(), invalid);
    } catch (IOException impossible) {
      throw new MalformedResultException("not readable as JSON", impossible);
    }
  }
}
