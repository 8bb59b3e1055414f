package dev.millrace.gateway.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.protocol.MalformedTaskException;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.json.TaskRecordReader;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads records of the topic of tasks. No bytes make it fail. */
final class TaskChangeReader {
  private final TaskRecordReader values = new TaskRecordReader();
  private final ObjectMapper keys = new ObjectMapper();

  TaskChange read(ConsumerRecord<byte[], byte[]> record, StoredOffset stored) {
    RecordCoordinates coordinates =
        new RecordCoordinates(record.topic(), record.partition(), record.offset());
    long position = stored.position(record.offset());
    if (record.value() == null) {
      return forgotten(coordinates, position, record.key());
    }
    try {
      return new TaskChange.Told(coordinates, position, values.read(record.value()));
    } catch (MalformedTaskException e) {
      return new TaskChange.Unreadable(coordinates, String.valueOf(e.getMessage()));
    }
  }

  private TaskChange forgotten(RecordCoordinates coordinates, long position, byte[] key) {
    try {
      String[] name = key == null ? new String[0] : keys.readValue(key, String[].class);
      return name != null && name.length == 2 && name[0] != null && name[1] != null
          ? new TaskChange.Forgotten(coordinates, position, name[0], name[1])
          : new TaskChange.Unreadable(coordinates, "the key is not [tenant, id]");
    } catch (JsonProcessingException e) {
      return new TaskChange.Unreadable(coordinates, "the key is no JSON");
    } catch (IOException e) {
      return new TaskChange.Unreadable(coordinates, "the key cannot be read: " + e);
    }
  }
}
