package dev.millrace.bench.load;

import java.util.OptionalInt;

/**
 * The ids of the requests of one plan: its name, a hyphen, and the index of the request, so that
 * answers need no look-up and those to other plans on the same topics are told apart.
 */
record RequestIds(String plan) {
  String of(int request) {
    return plan + "-" + request;
  }

  /** The request of that id; empty when it is of another plan. */
  OptionalInt request(String id) {
    int hyphen = id.lastIndexOf('-');
    if (hyphen != plan.length() || !id.startsWith(plan)) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(id.substring(hyphen + 1)));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
