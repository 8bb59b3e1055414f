package dev.millrace.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cli.CommandException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void takesThreeDifferentFreePorts() throws Exception {
    Ports ports = new Ports(0, 0, 0).resolve();

    assertThat(new int[] {ports.ui(), ports.broker(), ports.metrics()})
        .doesNotHaveDuplicates()
        .doesNotContain(0);
  }

  @Test
  void keepsPortsThatAreFree() throws Exception {
    Ports free = new Ports(0, 0, 0).resolve();

    assertThat(free.resolve()).isEqualTo(free);
  }

  @Test
  void refusesTheSamePortTwiceAndNamesTheSecondOption() throws Exception {
    int port = new Ports(0, 0, 0).resolve().ui();

    assertThatThrownBy(() -> new Ports(port, 0, port).resolve())
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("port %d is taken", port)
        .hasMessageContaining("--metrics-port");
  }

  @Test
  void refusesATakenPortAndNamesItsOption() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> new Ports(0, taken.getLocalPort(), 0).resolve())
          .isInstanceOf(CommandException.class)
          .hasMessageContaining("--broker-port");
    }
  }

  @Test
  void refusesWhatIsNoPort() {
    assertThatThrownBy(() -> new Ports(65_536, 0, 0).resolve())
        .isInstanceOf(CommandException.class)
        .hasMessage("--ui-port: 65536 is not between 0 and 65535");
  }
}
