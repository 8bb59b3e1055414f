package dev.millrace.engines.repository;

import dev.millrace.engines.InputRole;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads from properties which tensors a model takes and gives. */
final class TensorProperties {
  private static final String INPUT = "millrace.input.";
  private static final String PAD_VALUE = ".pad_value";
  private static final String ROLE = ".role";
  private static final String MASK = "mask";
  private static final String MAXIMUM_LENGTH = "millrace.max_length";

  private final PropertyValues values;

  TensorProperties(PropertyValues values) {
    this.values = values;
  }

  ModelSignature signature() throws InvalidModelException {
    List<TensorSpec> inputs = inputs();
    List<TensorSpec> outputs = tensors("millrace.outputs", "millrace.output.");
    int maximumLength = values.positive(MAXIMUM_LENGTH, ModelSignature.UNBOUNDED);
    if (values.get(MAXIMUM_LENGTH) != null && inputs.stream().noneMatch(TensorSpec::padded)) {
      throw values.invalid(MAXIMUM_LENGTH, "no input has a pad_value, so nothing has a length");
    }
    try {
      return new ModelSignature(inputs, outputs, maximumLength);
    } catch (IllegalArgumentException e) {
      throw values.invalid("millrace.inputs", e);
    }
  }

  private List<TensorSpec> inputs() throws InvalidModelException {
    List<TensorSpec> inputs = new ArrayList<>();
    for (TensorSpec tensor : tensors("millrace.inputs", INPUT)) {
      String prefix = INPUT + tensor.name();
      InputRole role = role(tensor, prefix);
      try {
        inputs.add(new TensorSpec(tensor.name(), tensor.datatype(), tensor.shape(), role));
      } catch (IllegalArgumentException e) {
        throw values.invalid(prefix + (role instanceof InputRole.Mask ? ROLE : PAD_VALUE), e);
      }
    }
    return inputs;
  }

  private InputRole role(TensorSpec input, String prefix) throws InvalidModelException {
    String padValue = values.get(prefix + PAD_VALUE);
    String role = values.get(prefix + ROLE);
    if (role != null && !role.equals(MASK)) {
      throw values.invalid(prefix + ROLE, "'%s' is not %s".formatted(role, MASK));
    }
    if (role != null && padValue != null) {
      throw values.invalid(prefix + PAD_VALUE, "a mask is filled in by the engine, not padded");
    }
    if (role != null) {
      return new InputRole.Mask();
    }
    if (padValue == null) {
      return new InputRole.AsSent();
    }
    return new InputRole.Padded(
        values.parse(
            prefix + PAD_VALUE,
            padValue,
            "an element of " + input.datatype(),
            text -> ElementBits.parse(input.datatype(), text)));
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
