package dev.millrace.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way. The rules are those of docs/architecture.md. */
@AnalyzeClasses(packages = "dev.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule protocolSeesNobody =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.protocol..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.millrace.engines..",
              "dev.millrace.operators..",
              "dev.millrace.connectors..",
              "dev.millrace.jobs..",
              "dev.millrace.broker..",
              "dev.millrace.cli..",
              "org.apache.flink..",
              "org.apache.kafka..",
              "ai.djl..");

  @ArchTest
  static final ArchRule enginesSeeOnlyTheProtocol =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.engines..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.millrace.operators..",
              "dev.millrace.connectors..",
              "dev.millrace.jobs..",
              "dev.millrace.broker..",
              "dev.millrace.cli..",
              "org.apache.flink..",
              "org.apache.kafka..");

  @ArchTest
  static final ArchRule theGatewaySeesOnlyTheProtocol =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.gateway..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.millrace.engines..",
              "dev.millrace.operators..",
              "dev.millrace.connectors..",
              "dev.millrace.jobs..",
              "dev.millrace.broker..",
              "dev.millrace.cli..",
              "org.apache.flink..",
              "ai.djl..");

  @ArchTest
  static final ArchRule onlyTheCommandsAndTheBenchmarksSeeTheGateway =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.millrace.gateway..", "dev.millrace.cli..", "dev.millrace.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.millrace.gateway..");

  @ArchTest
  static final ArchRule onlyTheirOwnPackageSeesDjl =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.millrace.engines.pytorch..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule operatorsSeeOnlyThePortOfTheEngines =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.operators..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.millrace.engines.pytorch..",
              "dev.millrace.engines.repository..",
              "dev.millrace.connectors..",
              "dev.millrace.jobs..",
              "dev.millrace.broker..",
              "dev.millrace.cli..",
              "org.apache.kafka..");

  @ArchTest
  static final ArchRule policyKnowsNoFlink =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.millrace.operators.queue..",
              "dev.millrace.operators.batching..",
              "dev.millrace.operators.answers..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule connectorsSeeOnlyTheProtocol =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.connectors..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.millrace.engines..",
              "dev.millrace.operators..",
              "dev.millrace.jobs..",
              "dev.millrace.broker..",
              "dev.millrace.cli..");

  @ArchTest
  static final ArchRule nothingThatIsDeployedSeesTheLocalBrokerOrTheCommandLine =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.jobs..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.millrace.broker..", "dev.millrace.cli..");

  @ArchTest
  static final ArchRule onlyTheCommandLineSeesTheBenchmarks =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.millrace.bench..", "dev.millrace.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.millrace.bench..");

  @ArchTest
  static final ArchRule benchmarksDoNotSeeTheCommandLine =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.millrace.cli..");
}
