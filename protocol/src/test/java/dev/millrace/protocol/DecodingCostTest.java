package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Memory follows what came, not what it says of itself. */
class DecodingCostTest {
  private static final long MEBIBYTE = 1 << 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final RequestDecoder decoder = new RequestDecoder(RequestLimits.defaults());

  @BeforeEach
  void loadEveryClassBeforeMeasuring() {
    allocatedBy(Requests.json(Requests.withInput(tensor("[3]", "[1,2,3]"))));
    allocatedBy(Requests.json(Requests.withInput(tensor("[9]", "[1,2,3]"))));
  }

  @Test
  void aShapeLargerThanItsDataAllocatesNoMoreThanTheDataCouldTake() {
    byte[] value = Requests.json(Requests.withInput(tensor("[16000000]", "[1,2,3]")));

    assertThat(allocatedBy(value)).isLessThan(MEBIBYTE);
  }

  @Test
  void manyTensorsOfLargeShapesAllocateOnlyForTheFirstThatIsWrong() {
    String tensors = ("{" + tensor("[16000000]", "[1,2,3]") + "},").repeat(10_000);
    byte[] value = Requests.json("{'model_name':'m','inputs':[" + tensors + "{}]}");

    assertThat(allocatedBy(value)).isLessThan(16 * (long) value.length);
  }

  @Test
  void elementsAllocateNothingButTheirData() {
    int elements = 100_000;
    String data = "[" + "0.125,".repeat(elements - 1) + "1]";
    byte[] value = Requests.json(Requests.withInput(tensor("[100000]", data)));

    assertThat(allocatedBy(value)).isLessThan(Double.BYTES * (long) elements + MEBIBYTE);
  }

  @Test
  void aValueOverTheLimitIsNotReadBehindItsStart() {
    byte[] value = Requests.json("{'id':'i','x':[" + "0,".repeat(20 << 20) + "0]}");

    assertThat(allocatedBy(value)).isLessThan(MEBIBYTE);
  }

  private static String tensor(String shape, String data) {
    return "'name':'a','datatype':'FP64','shape':%s,'data':%s".formatted(shape, data);
  }

  private long allocatedBy(byte[] value) {
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    decoder.decode(value, Encoding.JSON);
    return threads.getThreadAllocatedBytes(thread) - before;
  }
}
