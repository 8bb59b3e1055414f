package dev.millrace.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.limits.Admittance.Granted;
import dev.millrace.gateway.limits.Admittance.Refused;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TenantLimitsTest {
  private static final class SettableClock implements TimeMeter {
    private long nanos;

    @Override
    public long currentTimeNanos() {
      return nanos;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }

    private void pass(Duration time) {
      nanos += time.toNanos();
    }
  }

  private final SettableClock clock = new SettableClock();

  private TenantLimits limits(Quota usual) {
    return new TenantLimits(new Quotas(usual, Map.of("free", Quota.NONE)), clock);
  }

  private static Lease granted(Admittance admittance) {
    assertThat(admittance).isInstanceOf(Granted.class);
    return ((Granted) admittance).lease();
  }

  @Test
  void aMinutesRequestsMayComeAtOnceAndNoMore() {
    TenantLimits limits = limits(new Quota(2, 0, 0));
    granted(limits.admit("acme", 0));
    Granted second = (Granted) limits.admit("acme", 0);
    assertThat(second.allowances().get(0).remaining()).isZero();
    assertThat(second.allowances().get(0).resetSeconds()).isEqualTo(60);
    Refused refused = (Refused) limits.admit("acme", 0);
    assertThat(refused.retryAfterSeconds()).isEqualTo(30);
    assertThat(refused.bound()).isEqualTo("2 requests a minute");
    clock.pass(Duration.ofSeconds(30));
    granted(limits.admit("acme", 0));
  }

  @Test
  void eachTenantHasAQuotaOfItsOwn() {
    TenantLimits limits = limits(new Quota(1, 0, 0));
    granted(limits.admit("acme", 0));
    granted(limits.admit("other", 0));
    assertThat(limits.admit("acme", 0)).isInstanceOf(Refused.class);
    for (int request = 0; request < 100; request++) {
      granted(limits.admit("free", 1_000_000));
    }
  }

  @Test
  void tokensThatWereNotTakenAreGivenBackOnce() {
    TenantLimits limits = limits(new Quota(0, 100, 0));
    Lease lease = granted(limits.admit("acme", 100));
    assertThat(limits.admit("acme", 1)).isInstanceOf(Refused.class);
    lease.took(40);
    lease.took(0);
    granted(limits.admit("acme", 60));
    assertThat(limits.admit("acme", 1)).isInstanceOf(Refused.class);
  }

  @Test
  void whatIsBeyondTheQuotaNeverCanBe() {
    Refused refused = (Refused) limits(new Quota(0, 100, 0)).admit("acme", 101);
    assertThat(refused.retryAfterSeconds()).isZero();
  }

  @Test
  void aRequestThatHasEndedMakesRoomOnce() {
    TenantLimits limits = limits(new Quota(0, 0, 2));
    Lease first = granted(limits.admit("acme", 0));
    granted(limits.admit("acme", 0));
    assertThat(limits.admit("acme", 0)).isInstanceOf(Refused.class);
    first.close();
    first.close();
    granted(limits.admit("acme", 0));
    assertThat(limits.admit("acme", 0)).isInstanceOf(Refused.class);
  }

  @Test
  void whoIsRefusedForTokensTakesNoPlace() {
    TenantLimits limits = limits(new Quota(0, 10, 1));
    assertThat(limits.admit("acme", 11)).isInstanceOf(Refused.class);
    granted(limits.admit("acme", 10));
  }
}
