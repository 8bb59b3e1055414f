package dev.millrace.jobs;

import dev.millrace.operators.lanes.Order;
import dev.millrace.operators.window.Overflow;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * Every option of the job. Set in {@code config.yaml}, as {@code -Dkey=value}, or as a job argument
 * {@code --key value}; the later of these wins.
 */
public final class MillraceOptions {
  private MillraceOptions() {}

  public static final ConfigOption<String> KAFKA_BOOTSTRAP_SERVERS =
      ConfigOptions.key("millrace.kafka.bootstrap-servers")
          .stringType()
          .defaultValue("127.0.0.1:9092")
          .withDescription("The brokers to begin with, host:port, separated by commas.");

  public static final ConfigOption<String> KAFKA_GROUP_ID =
      ConfigOptions.key("millrace.kafka.group-id")
          .stringType()
          .defaultValue("millrace")
          .withDescription(
              "The consumer group whose offsets show how far the request topic has been read. A job"
                  + " that starts without a checkpoint begins at these offsets, else at the earliest"
                  + " record.");

  public static final ConfigOption<String> KAFKA_TRANSACTIONAL_ID_PREFIX =
      ConfigOptions.key("millrace.kafka.transactional-id-prefix")
          .stringType()
          .defaultValue("millrace")
          .withDescription(
              "What the transactional ids of the job begin with. Two jobs on one Kafka cluster must"
                  + " not share it, and a job must keep it through its upgrades.");

  public static final ConfigOption<Map<String, String>> KAFKA_PROPERTIES =
      ConfigOptions.key("millrace.kafka.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Properties for all Kafka clients as they are, such as"
                  + " millrace.kafka.properties.security.protocol.");

  public static final ConfigOption<String> REQUESTS_TOPIC =
      ConfigOptions.key("millrace.topics.requests")
          .stringType()
          .defaultValue("millrace.requests")
          .withDescription("The topic that requests are read from.");

  public static final ConfigOption<String> RESULTS_TOPIC =
      ConfigOptions.key("millrace.topics.results")
          .stringType()
          .defaultValue("millrace.results")
          .withDescription("The topic that results are written to.");

  public static final ConfigOption<String> DEAD_LETTERS_TOPIC =
      ConfigOptions.key("millrace.topics.dead-letters")
          .stringType()
          .defaultValue("millrace.dead-letters")
          .withDescription("The topic for records that hold no request.");

  public static final ConfigOption<String> TASKS_TOPIC =
      ConfigOptions.key("millrace.topics.tasks")
          .stringType()
          .defaultValue("millrace.tasks")
          .withDescription(
              "The topic for the states of requests that are tasks, compacted by tenant and id.");

  public static final ConfigOption<DeliveryGuarantee> DELIVERY_GUARANTEE =
      ConfigOptions.key("millrace.delivery-guarantee")
          .enumType(DeliveryGuarantee.class)
          .defaultValue(DeliveryGuarantee.EXACTLY_ONCE)
          .withDescription(
              "How results, dead letters and states of tasks are delivered. With exactly-once they become visible to"
                  + " read_committed consumers with the next checkpoint; with at-least-once at once,"
                  + " and some again after a failure.");

  public static final ConfigOption<String> MODELS_REPOSITORY =
      ConfigOptions.key("millrace.models.repository")
          .stringType()
          .defaultValue("models")
          .withDescription(
              "The directory of the model repository, on the machine that submits the job and, under"
                  + " the same path, on those that run it.");

  public static final ConfigOption<Integer> BATCH_MAX_SIZE =
      ConfigOptions.key("millrace.batch.max-size")
          .intType()
          .defaultValue(1024)
          .withDescription(
              "The most rows that are scored together, over the batch_size of every model.");

  public static final ConfigOption<Integer> QUEUE_MAX_PENDING =
      ConfigOptions.key("millrace.queue.max-pending")
          .intType()
          .defaultValue(10_000)
          .withDescription(
              "How many requests a task keeps, waiting and in flight, before"
                  + " millrace.queue.overflow says what becomes of the next.");

  public static final ConfigOption<Integer> QUEUE_MAX_PENDING_PER_TENANT =
      ConfigOptions.key("millrace.queue.max-pending-per-tenant")
          .intType()
          .noDefaultValue()
          .withDescription(
              "How many requests of one tenant wait for one model in a task, before"
                  + " millrace.queue.overflow says what becomes of the tenant's next. Without it,"
                  + " only the other bounds count.");

  public static final ConfigOption<Overflow> QUEUE_OVERFLOW =
      ConfigOptions.key("millrace.queue.overflow")
          .enumType(Overflow.class)
          .defaultValue(Overflow.BACK_PRESSURE)
          .withDescription(
              "What happens at a bound, be it of the task, of a model (its job_queue_size) or of a"
                  + " tenant. back-pressure: Kafka is held back. reject: the new request is"
                  + " rejected. drop-lowest-priority: the request that can best be spared is"
                  + " rejected, the new one if none that waits is less urgent.");

  public static final ConfigOption<Map<String, String>> QUEUE_TENANT_WEIGHTS =
      ConfigOptions.key("millrace.queue.tenant-weights")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "The shares of tenants, such as millrace.queue.tenant-weights.acme: 3. Tenants that are"
                  + " not named have weight 1.");

  public static final ConfigOption<Duration> QUEUE_AGEING =
      ConfigOptions.key("millrace.queue.ageing")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "After how long a request counts as old: while there are such, one in eight that are"
                  + " served is the oldest, whatever its priority, tenant and deadline.");

  public static final ConfigOption<MemorySize> QUEUE_HEAP_SIZE =
      ConfigOptions.key("millrace.queue.heap-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "How many bytes of waiting requests a task keeps on the heap; checkpoints write them one"
                  + " after the other, and those beyond are put into the state backend when they come."
                  + " 0 puts all there.");

  public static final ConfigOption<Order> ORDER =
      ConfigOptions.key("millrace.order")
          .enumType(Order.class)
          .defaultValue(Order.NONE)
          .withDescription(
              "none: results come as they are ready. key: the results of one Kafka key come in the"
                  + " order of its requests; a slow one holds up only those behind it of its own"
                  + " key.");

  public static final ConfigOption<Duration> DEDUP_TTL =
      ConfigOptions.key("millrace.dedup.ttl")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "For how long a request id is answered once: another request of the same tenant and id"
                  + " is rejected as a duplicate. Without it, ids may come again.");

  public static final ConfigOption<Duration> TASKS_DEDUP_TTL =
      ConfigOptions.key("millrace.tasks.dedup-ttl")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "For how long the id of a task is answered once at least, whatever millrace.dedup.ttl"
                  + " says: a retry is rejected as a duplicate, and not scored again.");

  public static final ConfigOption<Integer> CACHE_MAX_ENTRIES =
      ConfigOptions.key("millrace.cache.max-entries")
          .intType()
          .defaultValue(100_000)
          .withDescription(
              "How many results a task keeps for models with a millrace.cache_ttl; the oldest goes"
                  + " first.");

  public static final ConfigOption<MemorySize> REQUEST_MAX_BYTES =
      ConfigOptions.key("millrace.request.max-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(8))
          .withDescription(
              "The largest value of a request record; larger ones are rejected unread.");

  public static final ConfigOption<Long> REQUEST_MAX_ELEMENTS =
      ConfigOptions.key("millrace.request.max-elements")
          .longType()
          .defaultValue(16L << 20)
          .withDescription("The most tensor elements of a request, over all its inputs.");

  public static final ConfigOption<Integer> REQUEST_MAX_NESTING =
      ConfigOptions.key("millrace.request.max-nesting")
          .intType()
          .defaultValue(32)
          .withDescription("How deep the objects and arrays of a request may be nested.");

  public static final ConfigOption<MemorySize> RESULT_MAX_BYTES =
      ConfigOptions.key("millrace.result.max-bytes")
          .memoryType()
          .defaultValue(new MemorySize(1_000_000))
          .withDescription(
              "The largest record that is written, with key and headers. Brokers take 1048588 bytes"
                  + " unless their message.max.bytes says otherwise. A larger result becomes failed, a"
                  + " larger dead letter is cut.");

  public static final ConfigOption<String> REPLY_ALLOWED_TOPICS =
      ConfigOptions.key("millrace.reply.allowed-topics")
          .stringType()
          .defaultValue("millrace\\.replies.*")
          .withDescription("A regular expression that the whole name of a reply topic must match.");

  public static final ConfigOption<String> ENGINE_DEVICE =
      ConfigOptions.key("millrace.engine.device")
          .stringType()
          .defaultValue("auto")
          .withDescription(
              "Where models are scored: cpu; gpu for the GPUs that the TaskManager was given, over"
                  + " which tasks are spread; gpu:N; or auto for GPUs if there are any and else the"
                  + " CPU.");

  public static final ConfigOption<Integer> ENGINE_STREAMS =
      ConfigOptions.key("millrace.engine.streams")
          .intType()
          .defaultValue(0)
          .withDescription(
              "How many batches of a model are scored at the same time in a process; 0 takes one for"
                  + " each core of a CPU and two for a GPU.");

  public static final ConfigOption<Duration> CHECKPOINTS_OUTAGE_TIMEOUT =
      ConfigOptions.key("millrace.checkpoints.outage-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "How long a job that starts, or starts again, waits for the storage of its"
                  + " checkpoints when nothing can be written there, before it fails for good.");
}
