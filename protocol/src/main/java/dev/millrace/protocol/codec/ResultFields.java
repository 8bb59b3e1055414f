package dev.millrace.protocol.codec;

import dev.millrace.protocol.CompletionResult;
import dev.millrace.protocol.CompletionResult.Choice;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.MalformedResultException;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorResult;
import dev.millrace.protocol.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a result as they were found, null where they are missing, and the result they make.
 */
public record ResultFields(
    @Nullable String id,
    @Nullable String modelName,
    @Nullable String modelVersion,
    Map<String, ParameterValue> parameters,
    @Nullable List<Tensor> outputs,
    Completion completion,
    Fault fault) {

  /** What is particular to completions. */
  public record Completion(
      @Nullable Long created, @Nullable List<Choice> choices, @Nullable Usage usage) {
    /** Of a result that is none. */
    public static final Completion NONE = new Completion(null, null, null);
  }

  /** What a result says of an error. */
  public record Fault(@Nullable String code, @Nullable String message, @Nullable String param) {}

  /**
   * The result of that status.
   *
   * @throws MalformedResultException when a field that such a result has is missing or wrong
   */
  public Result result(ResultStatus status) throws MalformedResultException {
    if (status != ResultStatus.OK) {
      return error(status);
    }
    if (fault.code() != null) {
      throw new MalformedResultException("status is ok, found the error " + fault.code(), null);
    }
    return completion.choices() == null ? tensors() : completion(completion.choices());
  }

  private CompletionResult completion(List<Choice> choices) throws MalformedResultException {
    return new CompletionResult(
        require(id, "id"),
        require(completion.created(), "created"),
        new ModelVersion(require(modelName, "model"), version()),
        choices,
        require(completion.usage(), "usage"));
  }

  private TensorResult tensors() throws MalformedResultException {
    ModelVersion model = new ModelVersion(require(modelName, "model_name"), version());
    return new TensorResult(require(id, "id"), model, parameters, require(outputs, "outputs"));
  }

  private int version() throws MalformedResultException {
    String version = require(modelVersion, "model_version");
    try {
      int number = Integer.parseInt(version);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException notAnInteger) {
      throw new MalformedResultException(
          "model_version is no integer: " + Excerpt.quoted(version), notAnInteger);
    }
    throw new MalformedResultException("model_version is not positive: " + version, null);
  }

  private ErrorResult error(ResultStatus status) throws MalformedResultException {
    String wireName = require(fault.code(), "error.code");
    ErrorCode code = ErrorCode.fromWireName(wireName).orElse(null);
    if (code == null) {
      throw new MalformedResultException(
          "error.code is unknown: " + Excerpt.quoted(wireName), null);
    }
    return new ErrorResult(
        require(id, "id"),
        status,
        code,
        require(fault.message(), "error.message"),
        fault.param(),
        completion.usage());
  }

  private static <T> T require(@Nullable T value, String field) throws MalformedResultException {
    if (value == null) {
      throw new MalformedResultException(field + " is missing", null);
    }
    return value;
  }
}
