package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands a test a {@link Database} with empty tables of its own, the {@link TestServer} that it is
 * on, and a {@link TasksTopic} of its own. The servers serve the tests of all classes.
 */
final class TestServers implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(TestServers.class);
  private static final Set<Class<?>> TYPES =
      Set.of(Database.class, TestServer.class, TasksTopic.class);

  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    // So that what a constructor is handed lives as long as the test, and no longer.
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return TYPES.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    ExtensionContext.Store own = context.getStore(NAMESPACE);
    if (type == Database.class) {
      return own.getOrComputeIfAbsent(type, key -> server(context).open(TestServer.schema()));
    }
    if (type == TasksTopic.class) {
      return own.getOrComputeIfAbsent(type, key -> TasksTopic.create(broker(context)));
    }
    return server(context);
  }

  private static TestServer server(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(TestServer.class, key -> TestServer.start(), TestServer.class);
  }

  private static TestBroker broker(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(TestBroker.class, key -> TestBroker.start(), TestBroker.class);
  }
}
