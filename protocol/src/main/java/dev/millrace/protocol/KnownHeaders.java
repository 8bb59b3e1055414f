package dev.millrace.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one record that an envelope is made of, found in one pass. Each is null where
 * there is none, or where the last of that name has no value.
 */
final class KnownHeaders {
  byte @Nullable [] contentType;
  byte @Nullable [] cloudEventId;
  byte @Nullable [] priority;
  byte @Nullable [] deadline;
  byte @Nullable [] tenant;
  byte @Nullable [] traceParent;
  byte @Nullable [] traceState;
  byte @Nullable [] replyTopic;
  byte @Nullable [] replyPartition;
  byte @Nullable [] task;

  KnownHeaders(List<RecordHeader> headers) {
    for (RecordHeader header : headers) {
      take(header.name(), header.value());
    }
  }

  private void take(String name, byte @Nullable [] value) {
    switch (name) {
      case HeaderNames.CONTENT_TYPE -> contentType = value;
      case HeaderNames.CLOUD_EVENT_ID -> cloudEventId = value;
      case HeaderNames.PRIORITY -> priority = value;
      case HeaderNames.DEADLINE -> deadline = value;
      case HeaderNames.TENANT -> tenant = value;
      case HeaderNames.TRACE_PARENT -> traceParent = value;
      case HeaderNames.TRACE_STATE -> traceState = value;
      case HeaderNames.REPLY_TOPIC -> replyTopic = value;
      case HeaderNames.REPLY_PARTITION -> replyPartition = value;
      case HeaderNames.TASK -> task = value;
      default -> {
        // Other people's headers mean nothing here.
      }
    }
  }
}
