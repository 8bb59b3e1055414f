package dev.millrace.operators.state;

import dev.millrace.operators.admission.Admission;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Tells Flink how admissions are shipped, so that it never falls back to Kryo. */
public final class AdmissionTypeInformation extends TypeInformation<Admission> {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<Admission> getTypeClass() {
    return Admission.class;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<Admission> createSerializer(SerializerConfig config) {
    return new AdmissionSerializer();
  }

  @Override
  public String toString() {
    return "Admission";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AdmissionTypeInformation;
  }

  @Override
  public int hashCode() {
    return AdmissionTypeInformation.class.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof AdmissionTypeInformation;
  }
}
