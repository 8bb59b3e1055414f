package dev.millrace.protocol.protobuf;

import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.codec.RawContents;
import dev.millrace.protocol.codec.TensorDeclaration;
import dev.millrace.protocol.codec.TensorDeclarations;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest.InferInputTensor;
import java.util.ArrayList;
import java.util.List;

/** Makes tensors of a request's inputs, whose data came raw or typed. */
final class InputReader {
  private final TensorDeclarations declarations;

  InputReader(TensorDeclarations declarations) {
    this.declarations = declarations;
  }

  List<Tensor> read(ModelInferRequest message) throws InvalidRequestException {
    int inputs = message.getInputsCount();
    int raw = message.getRawInputContentsCount();
    if (raw > 0 && raw != inputs) {
      throw InvalidRequestException.request(
          "raw_input_contents: expected one entry for each of %d inputs, found %d"
              .formatted(inputs, raw));
    }
    List<Tensor> tensors = new ArrayList<>(inputs);
    for (int i = 0; i < inputs; i++) {
      InferInputTensor input = message.getInputs(i);
      try {
        tensors.add(raw > 0 ? readRaw(message, i) : readTyped(input));
      } catch (InvalidRequestException invalid) {
        throw invalid.inTensor(
            input.getName().isEmpty()
                ? "inputs[" + i + "]"
                : "tensor " + Excerpt.quoted(input.getName()));
      }
    }
    return tensors;
  }

  private Tensor readRaw(ModelInferRequest message, int index) throws InvalidRequestException {
    InferInputTensor input = message.getInputs(index);
    TensorDeclaration declaration = declare(input);
    if (input.hasContents()) {
      throw InvalidRequestException.tensor(
          "expected its data in either contents or raw_input_contents, found both");
    }
    return RawContents.check(declaration, message.getRawInputContents(index).toByteArray());
  }

  private Tensor readTyped(InferInputTensor input) throws InvalidRequestException {
    TensorDeclaration declaration = declare(input);
    byte[] data = TypedContents.read(declaration, input.getContents());
    return new Tensor(declaration.name(), declaration.datatype(), declaration.shape(), data);
  }

  private TensorDeclaration declare(InferInputTensor input) throws InvalidRequestException {
    long[] shape = new long[input.getShapeCount()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = input.getShape(i);
    }
    return declarations.declare(input.getName(), input.getDatatype(), shape);
  }
}
