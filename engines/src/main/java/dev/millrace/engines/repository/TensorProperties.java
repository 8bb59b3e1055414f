package dev.millrace.engines.repository;

import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads from properties which tensors a model takes and gives. */
final class TensorProperties {
  private final PropertyValues values;

  TensorProperties(PropertyValues values) {
    this.values = values;
  }

  ModelSignature signature() throws InvalidModelException {
    return new ModelSignature(
        tensors("millrace.inputs", "millrace.input."),
        tensors("millrace.outputs", "millrace.output."));
  }

  private List<TensorSpec> tensors(String namesKey, String prefix) throws InvalidModelException {
    String value = values.getOrDefault(namesKey, "");
    List<String> names =
        PropertyValues.list(value).stream().filter(name -> !name.isEmpty()).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw values.invalid(namesKey, "'%s' names a tensor twice".formatted(value));
    }
    List<TensorSpec> tensors = new ArrayList<>();
    for (String name : names) {
      tensors.add(tensor(name, prefix + name));
    }
    return tensors;
  }

  private TensorSpec tensor(String name, String prefix) throws InvalidModelException {
    String datatypeKey = prefix + ".datatype";
    String shapeKey = prefix + ".shape";
    Datatype datatype =
        values.parse(
            datatypeKey,
            values.required(datatypeKey),
            "one of " + Arrays.toString(Datatype.values()),
            Datatype::valueOf);
    return values.parse(
        shapeKey,
        values.required(shapeKey),
        "a shape such as -1,3,224,224, with -1 for what varies",
        shape ->
            new TensorSpec(
                name, datatype, PropertyValues.list(shape).stream().map(Long::valueOf).toList()));
  }
}
