package dev.millrace.gateway.http;

import dev.millrace.gateway.auth.Scope;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.SecurityRequirement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the contract says of its operations. */
final class Operations {
  private static final String SCHEME = "bearer";

  private final Map<String, String> paths = new HashMap<>();
  private final Map<String, Scope> scopes = new HashMap<>();

  private Operations() {}

  /**
   * Of a contract.
   *
   * @throws IllegalArgumentException when an operation neither is open nor names one scope
   */
  static Operations of(OpenAPIContract contract) {
    Operations operations = new Operations();
    for (Operation operation : contract.operations()) {
      operations.paths.put(operation.getOperationId(), operation.getOpenAPIPath());
      for (SecurityRequirement requirement : operation.getSecurityRequirements()) {
        operations.scopes.put(operation.getOperationId(), scope(operation, requirement));
      }
    }
    return operations;
  }

  private static Scope scope(Operation operation, SecurityRequirement requirement) {
    if (requirement.getNames().contains(SCHEME) && requirement.getScopes(SCHEME).size() == 1) {
      Optional<Scope> scope = Scope.fromWireName(requirement.getScopes(SCHEME).get(0));
      if (scope.isPresent()) {
        return scope.get();
      }
    }
    throw new IllegalArgumentException(
        "the contract does not say which scope %s needs".formatted(operation.getOperationId()));
  }

  /** The path of an operation as the contract has it; {@code unknown} of no operation. */
  String path(String operation) {
    return paths.getOrDefault(operation, "unknown");
  }

  /** The scope that an operation needs; none when it is open to all. */
  Optional<Scope> scope(String operation) {
    return Optional.ofNullable(scopes.get(operation));
  }
}
