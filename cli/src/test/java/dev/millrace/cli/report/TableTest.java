package dev.millrace.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void alignsValuesInTheOrderOfTheRows() {
    Table table = new Table().row("longer name", "1").row("a", "2");

    assertThat(table.toString().lines()).containsExactly("  longer name  1", "  a            2");
  }

  @Test
  void alignsFurtherLinesOfAValue() {
    assertThat(new Table().row("a", "1\n2").toString().lines()).containsExactly("  a  1", "     2");
  }

  @Test
  void isEmptyWithoutRows() {
    assertThat(new Table().toString()).isEmpty();
  }
}
