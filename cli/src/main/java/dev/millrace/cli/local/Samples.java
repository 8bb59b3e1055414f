package dev.millrace.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.cli.CommandException;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.RequestDecoder;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.TensorRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The {@code samples.jsonl} of the models of a repository: requests, each with its true class as
 * the parameter {@code label}.
 */
public final class Samples {
  private static final String FILE_NAME = "samples.jsonl";
  private static final String LABEL = "label";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<byte[]> requests;

  private Samples(List<byte[]> requests) {
    this.requests = requests;
  }

  /** Reads the samples of all models. */
  public static Samples read(Path repository) throws CommandException, IOException {
    List<Path> files;
    try (Stream<Path> models = Files.list(repository)) {
      files =
          models
              .map(model -> model.resolve(FILE_NAME))
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new CommandException("%s: no model repository (--models)".formatted(repository), e);
    }
    List<byte[]> requests = new ArrayList<>();
    for (Path file : files) {
      Files.readAllLines(file, UTF_8).stream()
          .filter(line -> !line.isBlank())
          .forEach(line -> requests.add(line.getBytes(UTF_8)));
    }
    return new Samples(requests);
  }

  /** The same without ids of their own, so that each record can be given one. */
  public Samples withoutIds() throws CommandException {
    List<byte[]> anonymous = new ArrayList<>();
    for (byte[] request : requests) {
      try {
        ObjectNode body = JSON.readValue(request, ObjectNode.class);
        body.remove("id");
        anonymous.add(JSON.writeValueAsBytes(body));
      } catch (IOException e) {
        throw new CommandException("a sample is no request: " + e.getMessage(), e);
      }
    }
    return new Samples(anonymous);
  }

  /** How many there are. */
  public int size() {
    return requests.size();
  }

  /** A sample, from the first again after the last. */
  public byte[] get(long index) {
    return requests.get((int) (index % requests.size()));
  }

  /** All of them as requests, without those that are none. */
  public List<TensorRequest> decoded() {
    RequestDecoder decoder = new RequestDecoder(RequestLimits.defaults());
    return requests.stream().flatMap(sample -> tensorRequest(decoder, sample).stream()).toList();
  }

  /** The class that a request should be given; empty when it has no label. */
  static Optional<Integer> label(RequestDecoder decoder, byte[] request) {
    return tensorRequest(decoder, request)
        .map(decoded -> decoded.parameters().get(LABEL))
        .filter(ParameterValue.Int64.class::isInstance)
        .map(label -> (int) ((ParameterValue.Int64) label).value());
  }

  private static Optional<TensorRequest> tensorRequest(RequestDecoder decoder, byte[] request) {
    return decoder.decode(request, Encoding.JSON) instanceof Decoded.Request decoded
            && decoded.request() instanceof TensorRequest tensors
        ? Optional.of(tensors)
        : Optional.empty();
  }
}
