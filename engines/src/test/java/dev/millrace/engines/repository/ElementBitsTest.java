package dev.millrace.engines.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.Datatype;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementBitsTest {
  @ParameterizedTest
  @CsvSource({
    "BOOL,true,1",
    "BOOL,0,0",
    "UINT8,255,ff",
    "UINT16,65535,ffff",
    "UINT32,4294967295,ffffffff",
    "UINT64,18446744073709551615,ffffffffffffffff",
    "INT8,-1,ff",
    "INT16,-2,fffe",
    "INT32,7,7",
    "INT64,-100,ffffffffffffff9c",
    "FP16,1,3c00",
    "FP16,-2,c000",
    "FP32,1,3f800000",
    "FP32,-1e9,ce6e6b28",
    "FP64,0.5,3fe0000000000000",
  })
  void readsAnElementOfEachDatatype(Datatype datatype, String text, String hexadecimal) {
    int bits = Byte.SIZE * datatype.size();
    long low = bits == Long.SIZE ? -1 : (1L << bits) - 1;

    assertThat(ElementBits.parse(datatype, text) & low)
        .isEqualTo(Long.parseUnsignedLong(hexadecimal, 16));
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL,2",
    "BOOL,TRUE",
    "UINT8,256",
    "UINT8,-1",
    "UINT16,65536",
    "UINT32,4294967296",
    "UINT64,-1",
    "INT8,128",
    "INT64,1.0",
    "FP16,65520",
    "FP32,1e39",
    "FP32,NaN",
    "FP64,Infinity",
    "FP64,much",
    "BYTES,x",
  })
  void refusesWhatIsNone(Datatype datatype, String text) {
    assertThatThrownBy(() -> ElementBits.parse(datatype, text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
