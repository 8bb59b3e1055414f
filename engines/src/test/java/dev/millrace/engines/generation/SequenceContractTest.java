package dev.millrace.engines.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.generation.SequenceContract.Clause;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Models that break the contract, each in its way, beside one that keeps it. */
class SequenceContractTest {
  private static final int SLOTS = 3;
  private static final int CONTEXT = 64;
  private static final int VOCABULARY = 50;

  /** What comes next depends on all tokens of the slot, as they stand in a cache. */
  private static class Keeping implements SequenceModel {
    final int[][] cache = new int[SLOTS][CONTEXT];

    @Override
    public int slots() {
      return SLOTS;
    }

    @Override
    public int context() {
      return CONTEXT;
    }

    @Override
    public int vocabulary() {
      return VOCABULARY;
    }

    @Override
    public void forward(Rows rows, Logits logits) {
      for (int row = 0; row < rows.count(); row++) {
        for (int position = 0; position < rows.length(row); position++) {
          write(rows, row, position);
        }
        long state = read(rows, row);
        for (int token = 0; token < VOCABULARY; token++) {
          logits.values()[logits.offset(row) + token] =
              (float) PositionalRandom.uniform(state, token, 0);
        }
      }
    }

    void write(Rows rows, int row, int position) {
      cache[rows.slot(row)][rows.start(row) + position] = rows.token(row, position);
    }

    long read(Rows rows, int row) {
      return state(rows.slot(row), rows.start(row) + rows.length(row));
    }

    final long state(int slot, int length) {
      return Arrays.hashCode(Arrays.copyOf(cache[slot], length));
    }

    @Override
    public void copy(int fromSlot, int toSlot, int length) {
      System.arraycopy(cache[fromSlot], 0, cache[toSlot], 0, length);
    }

    @Override
    public void close() {}
  }

  @Test
  void aModelThatKeepsItHasNoProblem() {
    SequenceContract contract = new SequenceContract(new Keeping());
    for (Clause clause : Clause.values()) {
      assertThat(contract.check(clause)).as(clause.description()).isEmpty();
    }
  }

  @Test
  void aModelThatThrowsIsReportedWithTheLastLineOfItsMessage() {
    Optional<String> problem =
        new SequenceContract(
                new Keeping() {
                  @Override
                  public void forward(Rows rows, Logits logits) {
                    throw new IllegalStateException("Traceback:\n  ...\nforward() has 4 arguments");
                  }
                })
            .check(Clause.FORWARD);

    assertThat(problem).contains("forward() has 4 arguments");
  }

  @Test
  void findsWhatIsNoNumber() {
    assertBroken(
        Clause.FINITE,
        new Keeping() {
          @Override
          public void forward(Rows rows, Logits logits) {
            super.forward(rows, logits);
            logits.values()[3] = Float.NaN;
          }
        });
  }

  @Test
  void findsAModelThatForgetsWhatItsCacheHolds() {
    assertBroken(
        Clause.CHUNKS,
        new Keeping() {
          @Override
          long read(Rows rows, int row) {
            return rows.token(row, rows.length(row) - 1) + 31L * rows.length(row);
          }
        });
  }

  @Test
  void findsAModelThatReadsPadding() {
    assertBroken(
        Clause.NEIGHBOURS,
        new Keeping() {
          @Override
          long read(Rows rows, int row) {
            return 31 * super.read(rows, row) + rows.longest() - rows.length(row);
          }
        });
  }

  @Test
  void findsAModelWithOneCacheForAll() {
    assertBroken(
        Clause.SLOTS,
        new Keeping() {
          @Override
          void write(Rows rows, int row, int position) {
            for (int[] slot : cache) {
              slot[rows.start(row) + position] = rows.token(row, position);
            }
          }
        });
  }

  @Test
  void findsAModelThatReadsWhatIsLeftInASlot() {
    assertBroken(
        Clause.REUSE,
        new Keeping() {
          @Override
          long read(Rows rows, int row) {
            return state(rows.slot(row), CONTEXT);
          }
        });
  }

  @Test
  void findsAModelWhoseContextIsShorter() {
    assertBroken(
        Clause.CONTEXT,
        new Keeping() {
          @Override
          long read(Rows rows, int row) {
            if (rows.start(row) + rows.length(row) > CONTEXT - 1) {
              throw new IllegalStateException("index out of range in self");
            }
            return super.read(rows, row);
          }
        });
  }

  private static void assertBroken(Clause clause, SequenceModel model) {
    assertThat(new SequenceContract(model).check(clause)).as(clause.description()).isPresent();
  }

  @Test
  void aModelThatWritesBackWhatItReadOfOthersCannotBeCalledTwiceAtOnce() {
    SequenceContract contract =
        new SequenceContract(
            new Keeping() {
              private final Semaphore calls = new Semaphore(0);

              @Override
              public void forward(Rows rows, Logits logits) {
                int[][] before = Arrays.stream(cache).map(int[]::clone).toArray(int[][]::new);
                super.forward(rows, logits);
                awaitAnother();
                for (int slot = 0; slot < SLOTS; slot++) {
                  if (slot != rows.slot(0)) {
                    System.arraycopy(before[slot], 0, cache[slot], 0, CONTEXT);
                  }
                }
                calls.release();
              }

              /** Until another call has ended, if there is one. */
              private void awaitAnother() {
                try {
                  calls.drainPermits();
                  if (calls.tryAcquire(1, TimeUnit.MILLISECONDS)) {
                    calls.release();
                  }
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    assertThat(contract.check(Clause.SLOTS)).isEmpty();
    assertThat(contract.check(Clause.STREAM)).isPresent();
  }
}
