package dev.millrace.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfPrecisionTest {
  @Test
  void everyHalfComesBackAsItWas() {
    for (int bits = 0; bits < 0x10000; bits++) {
      short half = (short) bits;
      float value = HalfPrecision.toFloat(half);
      if (!Float.isNaN(value)) {
        assertThat(HalfPrecision.fromDouble(value)).isEqualTo(half);
      }
    }
  }

  @Test
  void halvesAreInOrder() {
    for (int bits = 1; bits <= 0x7c00; bits++) {
      assertThat(HalfPrecision.toFloat((short) bits))
          .isGreaterThan(HalfPrecision.toFloat((short) (bits - 1)));
    }
  }

  @Test
  void whatLiesBetweenTwoHalvesGoesToTheNearerAndATieToTheEven() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      double below = HalfPrecision.toFloat((short) bits);
      double middle = (below + HalfPrecision.toFloat((short) (bits + 1))) / 2;

      assertThat(HalfPrecision.fromDouble(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(HalfPrecision.fromDouble(middle)).isEqualTo((short) (bits + (bits & 1)));
      assertThat(HalfPrecision.fromDouble(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
      assertThat(HalfPrecision.fromDouble(-middle))
          .isEqualTo((short) (0x8000 | (bits + (bits & 1))));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 8000",
    "1, 3c00",
    "-2, c000",
    "65504, 7bff",
    "65519.999, 7bff",
    "65520, 7c00",
    "Infinity, 7c00",
    "-Infinity, fc00",
    "NaN, 7e00",
    "6.103515625E-5, 400",
    "5.960464477539063E-8, 1",
    "2.9802322387695312E-8, 0",
    "4.9E-324, 0",
    "1.7976931348623157E308, 7c00",
  })
  void theLandmarksOfTheFormat(double value, String bits) {
    assertThat(HalfPrecision.fromDouble(value)).isEqualTo((short) Integer.parseInt(bits, 16));
  }
}
