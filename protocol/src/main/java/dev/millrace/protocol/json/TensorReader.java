package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.codec.TensorDeclaration;
import dev.millrace.protocol.codec.TensorDeclarations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an array of tensors: the {@code inputs} of a request or the {@code outputs} of a result.
 */
final class TensorReader {
  private final JsonFactory factory;
  private final byte[] document;
  private final TensorDeclarations declarations;
  private final boolean nullIsNotANumber;

  /**
   * @param document what the parsers parse, to read data again that came before its datatype
   * @param nullIsNotANumber whether a null stands for a floating-point NaN, as in results
   */
  TensorReader(
      JsonFactory factory,
      byte[] document,
      TensorDeclarations declarations,
      boolean nullIsNotANumber) {
    this.factory = factory;
    this.document = document;
    this.declarations = declarations;
    this.nullIsNotANumber = nullIsNotANumber;
  }

  /** Reads the array the parser stands on. */
  List<Tensor> readAll(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      throw JsonValues.unexpected(parser, field, "an array of tensors");
    }
    List<Tensor> tensors = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String position = field + "[" + tensors.size() + "]";
      if (!parser.hasToken(JsonToken.START_OBJECT)) {
        throw JsonValues.unexpected(parser, position, "a tensor");
      }
      tensors.add(new Fields().read(parser, position));
    }
    return tensors;
  }

  /** The fields of one tensor, as they come. */
  private final class Fields {
    private @Nullable String name;
    private @Nullable String datatype;
    private long @Nullable [] shape;
    private @Nullable TensorDeclaration declaration;
    private byte @Nullable [] data;

    /** Where in the document the data stands that came too early, or -1. */
    private int dataStart = -1;

    private int dataEnd;

    Tensor read(JsonParser parser, String position) throws IOException, InvalidRequestException {
      try {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String field = parser.currentName();
          if (parser.nextToken() != JsonToken.VALUE_NULL) {
            readField(parser, field);
          }
        }
        return tensor();
      } catch (InvalidRequestException invalid) {
        throw invalid.inTensor(
            name == null || name.isEmpty() ? position : "tensor " + Excerpt.quoted(name));
      }
    }

    private void readField(JsonParser parser, String field)
        throws IOException, InvalidRequestException {
      switch (field) {
        case "name" -> name = JsonValues.text(parser, field);
        case "datatype" -> datatype = JsonValues.text(parser, field);
        case "shape" -> shape = readShape(parser);
        case "data" -> {
          if (name == null || datatype == null || shape == null) {
            dataStart = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            // Also where the parser has not come to the end of a scalar that it stands on.
            parser.finishToken();
            dataEnd = (int) parser.currentLocation().getByteOffset();
          } else {
            long remaining = document.length - parser.currentLocation().getByteOffset();
            data = readData(parser, remaining);
          }
        }
        default -> JsonValues.skip(parser, field);
      }
    }

    private Tensor tensor() throws IOException, InvalidRequestException {
      TensorDeclaration declared = declare();
      if (dataStart >= 0) {
        int length = dataEnd - dataStart;
        try (JsonParser parser = factory.createParser(document, dataStart, length)) {
          parser.nextToken();
          data = readData(parser, length);
        }
      }
      if (data == null) {
        throw InvalidRequestException.tensor("data is missing");
      }
      return new Tensor(declared.name(), declared.datatype(), declared.shape(), data);
    }

    private byte[] readData(JsonParser parser, long remaining)
        throws IOException, InvalidRequestException {
      return new TensorDataReader(parser, declare(), nullIsNotANumber, remaining).read();
    }

    private TensorDeclaration declare() throws InvalidRequestException {
      if (declaration == null) {
        declaration = declarations.declare(name, datatype, shape);
      }
      return declaration;
    }
  }

  private static long[] readShape(JsonParser parser) throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      throw JsonValues.unexpected(parser, "shape", "an array of integers");
    }
    long[] shape = new long[TensorDeclarations.MAXIMUM_RANK];
    int rank = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (rank == shape.length) {
        throw InvalidRequestException.request(
            "shape has more than %d dimensions".formatted(shape.length));
      }
      shape[rank++] = JsonValues.integer(parser, "shape", 0, Long.MAX_VALUE);
    }
    return Arrays.copyOf(shape, rank);
  }
}
