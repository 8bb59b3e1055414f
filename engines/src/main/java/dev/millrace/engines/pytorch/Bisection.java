package dev.millrace.engines.pytorch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Scores a batch so that a bad request costs only itself: a batch that fails is halved until the
 * guilty are alone. One guilty request among n costs about 2 log2(n) more calls.
 *
 * @param <R> a request
 * @param <O> its outcome
 */
final class Bisection<R, O> {
  private final Function<List<R>, List<O>> score;
  private final BiFunction<R, RuntimeException, O> failure;

  /**
   * @param score scores some requests together, in their order, or throws
   * @param failure what becomes of a request that cannot be scored alone
   */
  Bisection(Function<List<R>, List<O>> score, BiFunction<R, RuntimeException, O> failure) {
    this.score = score;
    this.failure = failure;
  }

  /** The outcomes of all requests, in their order. */
  List<O> score(List<R> requests) {
    try {
      return score.apply(requests);
    } catch (RuntimeException e) {
      if (requests.size() == 1) {
        return List.of(failure.apply(requests.get(0), e));
      }
      int middle = requests.size() / 2;
      List<O> outcomes = new ArrayList<>(score(requests.subList(0, middle)));
      outcomes.addAll(score(requests.subList(middle, requests.size())));
      return outcomes;
    }
  }
}
