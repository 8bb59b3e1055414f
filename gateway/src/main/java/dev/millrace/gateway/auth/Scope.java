package dev.millrace.gateway.auth;

import java.util.Arrays;
import java.util.Optional;

/** What a token allows its bearer to do. */
public enum Scope {
  /** Send requests and wait for their answers; read which models there are. */
  INFER("infer"),
  /** Read the tenant's tasks and their results. */
  TASKS_READ("tasks:read"),
  /** Make and cancel tasks. */
  TASKS_WRITE("tasks:write"),
  /** All of the above, and what changes the service itself. */
  ADMIN("admin");

  private final String wireName;

  Scope(String wireName) {
    this.wireName = wireName;
  }

  /** The scope as tokens name it. */
  public String wireName() {
    return wireName;
  }

  /** The scope of that name, if it is one of ours. */
  public static Optional<Scope> fromWireName(String wireName) {
    return Arrays.stream(values()).filter(scope -> scope.wireName.equals(wireName)).findFirst();
  }
}
