package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.Tasks.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.database.Database;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(TestServers.class)
class TaskStoreTest {
  /** As the database sorts: by bytes, the newest first. */
  private static final Comparator<TaskRecord> NEWEST_FIRST =
      Comparator.<TaskRecord>comparingLong(task -> task.times().created())
          .thenComparing(task -> task.id().getBytes(UTF_8), Arrays::compareUnsigned)
          .reversed();

  private static final List<TaskStatus> STATUSES = List.of(TaskStatus.values());

  private final Database database;
  private final TaskStore store;

  TaskStoreTest(Database database) {
    this.database = database;
    this.store = new TaskStore(database);
  }

  @ParameterizedTest
  @EnumSource(TaskStatus.class)
  void findsATaskOfEachStatusAsItWasTold(TaskStatus status) throws Exception {
    TaskRecord told = Tasks.of("acme", "a", 7, status, Tasks.DIGITS, NOON);
    TestServer.project(database, List.of(told));

    assertThat(store.find("acme", "a")).contains(told);
  }

  @Test
  void findsATaskThatNamedNoModelAndOneOfTheDefaultVersion() throws Exception {
    TaskRecord none = Tasks.of("acme", "a", 1, TaskStatus.FAILED, null, NOON);
    TaskRecord some =
        Tasks.of("acme", "b", 2, TaskStatus.FAILED, new ModelReference("digits", null), NOON);
    TestServer.project(database, List.of(none, some));

    assertThat(store.find("acme", "a")).contains(none);
    assertThat(store.find("acme", "b")).contains(some);
  }

  @Test
  void findsNothingUnderAnotherTenantOrInATextThatCannotBeStored() throws Exception {
    TestServer.project(database, List.of(Tasks.queued("a", 1)));

    assertThat(store.find("other", "a")).isEmpty();
    assertThat(store.find("acme", "a\0")).isEmpty();
    assertThat(store.page(new TaskQuery("acme", null, "a\0", null, null, 10)).tasks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void pagesThroughEveryCombinationOfFiltersAsAListWould(long seed) throws Exception {
    Random random = new Random(seed);
    List<TaskRecord> all = randomTasks(random, 2_000);
    TestServer.project(database, all);

    for (String tenant : List.of("acme", "other", "nobody")) {
      for (TaskStatus status : withNull(STATUSES)) {
        for (String model : withNull(List.of("digits", "story", "ünïcode", "unknown"))) {
          for (Long since : withNull(List.of(NOON + 1 + random.nextInt(5)))) {
            int limit = 1 + random.nextInt(200);
            assertThat(walk(new TaskQuery(tenant, status, model, since, null, limit)))
                .as("%s %s %s %s by %d", tenant, status, model, since, limit)
                .isEqualTo(expected(all, tenant, status, model, since));
          }
        }
      }
    }
  }

  /** Many of the same time, so that pages end among them. */
  private static List<TaskRecord> randomTasks(Random random, int count) {
    List<String> models = withNull(List.of("digits", "story", "ünïcode"));
    List<TaskRecord> tasks = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      String tenant = random.nextInt(10) == 0 ? "other" : "acme";
      String id = List.of("a-", "é-", "\uFFFD-", "😀-", "Z ").get(random.nextInt(5)) + number;
      TaskStatus status = STATUSES.get(random.nextInt(STATUSES.size()));
      String model = models.get(random.nextInt(models.size()));
      ModelReference reference =
          model == null ? null : new ModelReference(model, random.nextBoolean() ? "1" : null);
      tasks.add(Tasks.of(tenant, id, number, status, reference, NOON + random.nextInt(7)));
    }
    return tasks;
  }

  private static <T> List<@Nullable T> withNull(List<T> values) {
    List<@Nullable T> all = new ArrayList<>(values);
    all.add(null);
    return all;
  }

  private List<TaskRecord> walk(TaskQuery first) throws SQLException {
    List<TaskRecord> walked = new ArrayList<>();
    TaskPage page = store.page(first);
    walked.addAll(page.tasks());
    while (page.next() != null) {
      assertThat(page.tasks()).hasSize(first.limit());
      // By way of its text, as clients carry it.
      TaskCursor cursor = TaskCursor.decode(page.next().encode()).orElseThrow();
      page =
          store.page(
              new TaskQuery(
                  first.tenant(),
                  first.status(),
                  first.model(),
                  first.since(),
                  cursor,
                  first.limit()));
      assertThat(page.tasks()).isNotEmpty();
      walked.addAll(page.tasks());
    }
    return walked;
  }

  private static List<TaskRecord> expected(
      List<TaskRecord> all,
      String tenant,
      @Nullable TaskStatus status,
      @Nullable String model,
      @Nullable Long since) {
    return all.stream()
        .filter(task -> task.tenant().equals(tenant))
        .filter(task -> status == null || task.status() == status)
        .filter(
            task -> model == null || (task.model() != null && task.model().name().equals(model)))
        .filter(task -> since == null || task.times().created() >= since)
        .sorted(NEWEST_FIRST)
        .map(Tasks::withoutResult)
        .toList();
  }

  @Test
  void aPageThatEndsWithTheLastTaskIsTheLastPage() throws Exception {
    TestServer.project(database, List.of(Tasks.queued("a", 1), Tasks.queued("b", 2)));

    assertThat(store.page(new TaskQuery("acme", null, null, null, null, 2)).next()).isNull();
    assertThat(store.page(new TaskQuery("acme", null, null, null, null, 1)).next())
        .isEqualTo(new TaskCursor(NOON, "b"));
  }

  @Test
  void whatTheGatewayHasAcceptedIsFoundUntilTheJobTellsOfIt() throws Exception {
    store.accepted(Tasks.of("acme", "a", 7, TaskStatus.QUEUED, null, NOON - 5));
    assertThat(store.find("acme", "a").orElseThrow().status()).isEqualTo(TaskStatus.QUEUED);

    TestServer.project(database, List.of(Tasks.running("a", 7)));
    TaskRecord found = store.find("acme", "a").orElseThrow();
    assertThat(found.status()).isEqualTo(TaskStatus.RUNNING);
    assertThat(found.model()).isEqualTo(Tasks.DIGITS);
    // The place among the pages does not change.
    assertThat(found.times().created()).isEqualTo(NOON - 5);
  }

  /** The job has answered that its id is taken, and will tell nothing of it. */
  @Test
  void whatTheJobTellsGoesBeforeANoteOfAnotherRequest() throws Exception {
    store.accepted(Tasks.queued("a", 8));
    TestServer.project(database, List.of(Tasks.succeeded("a", 7)));

    assertThat(store.find("acme", "a")).contains(Tasks.succeeded("a", 7));
  }

  @Test
  void anAcceptedTaskChangesNothingThatIsKnown() throws Exception {
    List<TaskRecord> known =
        List.of(
            Tasks.running("running", 1),
            Tasks.succeeded("succeeded", 2),
            Tasks.failed("failed", 3, ErrorCode.ENGINE_FAILURE),
            Tasks.failed("full", 4, ErrorCode.OVERLOADED));
    TestServer.project(database, known);
    for (TaskRecord task : known) {
      long request = task.id().equals("full") ? 4 : 9;
      store.accepted(Tasks.queued(task.id(), request));
      assertThat(store.find("acme", task.id())).contains(task);
    }
  }

  @Test
  void anAcceptedTaskBeginsAnewWhatFailedForWantOfRoom() throws Exception {
    TaskRecord refused = Tasks.failed("a", 1, ErrorCode.OVERLOADED);
    TestServer.project(database, 20, List.of(refused));
    TaskRecord again = Tasks.of("acme", "a", 2, TaskStatus.QUEUED, Tasks.DIGITS, NOON + 99);
    store.accepted(again);
    assertThat(store.find("acme", "a")).contains(again);

    // The topic is read again, and after it goes on.
    TestServer.project(database, 20, List.of(refused));
    assertThat(store.find("acme", "a")).contains(again);
    TestServer.project(database, 21, List.of(Tasks.running("a", 2)));
    assertThat(store.find("acme", "a").orElseThrow().status()).isEqualTo(TaskStatus.RUNNING);
  }
}
