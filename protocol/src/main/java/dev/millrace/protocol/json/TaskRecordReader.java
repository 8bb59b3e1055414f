package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.MalformedTaskException;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;

/** Reads states of tasks back. Safe for use by several threads. */
public final class TaskRecordReader {
  /** One deeper than results, which are within. */
  private final JsonFactory factory = StreamingJson.factory(StreamingJson.RESULT_NESTING + 1);

  /**
   * Reads the value of a record of the topic of tasks. Fields that nobody knows are ignored.
   *
   * @throws MalformedTaskException when it is no state of a task: the message says what is wrong
   */
  public TaskRecord read(byte[] value) throws MalformedTaskException {
    try (JsonParser parser = factory.createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedTaskException("expected a JSON object", null);
      }
      TaskRecord task = new TaskBody(value).read(parser);
      if (parser.nextToken() != null) {
        throw new MalformedTaskException("there is something behind the object", null);
      }
      return task;
    } catch (JsonProcessingException malformed) {
      throw new MalformedTaskException(SyntaxMessage.of(malformed), malformed);
    } catch (InvalidRequestException invalid) {
      throw new MalformedTaskException(invalid.getMessage(), invalid);
    } catch (IllegalArgumentException contradiction) {
      throw new MalformedTaskException(String.valueOf(contradiction.getMessage()), contradiction);
    } catch (IOException impossible) {
      throw new MalformedTaskException("not readable as JSON", impossible);
    }
  }
}
