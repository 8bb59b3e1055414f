package dev.millrace.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.gateway.catalogue.Catalogue;
import dev.millrace.gateway.catalogue.ModelDescription;
import dev.millrace.gateway.catalogue.ModelDescription.Kind;
import dev.millrace.gateway.catalogue.ModelDescription.TensorDescription;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What there is to know of models and of this server. */
final class ModelHandlers {
  private static final String OWNER = "millrace";

  private final Catalogue catalogue;
  private final String version;

  /**
   * @param version of this server
   */
  ModelHandlers(Catalogue catalogue, String version) {
    this.catalogue = catalogue;
    this.version = version;
  }

  void list(RoutingContext context) {
    Answers.list(context, catalogue.defaults(), ModelHandlers::writeModel, json -> {});
  }

  void retrieve(RoutingContext context) {
    find(context).ifPresent(model -> Answers.json(context, 200, json -> writeModel(json, model)));
  }

  private static void writeModel(JsonGenerator json, ModelDescription model) throws IOException {
    json.writeStringField("id", model.version().name());
    json.writeStringField("object", "model");
    json.writeNumberField("created", model.created());
    json.writeStringField("owned_by", OWNER);
  }

  void server(RoutingContext context) {
    Answers.json(
        context,
        200,
        json -> {
          json.writeStringField("name", "millrace");
          json.writeStringField("version", version);
          json.writeArrayFieldStart("extensions");
          json.writeString("binary_tensor_data");
          json.writeEndArray();
        });
  }

  void metadata(RoutingContext context) {
    find(context).ifPresent(model -> Answers.json(context, 200, json -> write(json, model)));
  }

  private void write(JsonGenerator json, ModelDescription model) throws IOException {
    json.writeStringField("name", model.version().name());
    json.writeArrayFieldStart("versions");
    for (ModelDescription each : catalogue.versions(model.version().name())) {
      json.writeString(Integer.toString(each.version().version()));
    }
    json.writeEndArray();
    json.writeStringField("platform", model.platform());
    json.writeBooleanField("text", model.kind() == Kind.TEXT);
    writeTensors(json, "inputs", model.inputs());
    writeTensors(json, "outputs", model.outputs());
  }

  private static void writeTensors(
      JsonGenerator json, String field, List<TensorDescription> tensors) throws IOException {
    json.writeArrayFieldStart(field);
    for (TensorDescription tensor : tensors) {
      json.writeStartObject();
      json.writeStringField("name", tensor.name());
      json.writeStringField("datatype", tensor.datatype().name());
      json.writeArrayFieldStart("shape");
      for (long size : tensor.shape()) {
        json.writeNumber(size);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  void ready(RoutingContext context) {
    find(context)
        .ifPresent(
            model ->
                Answers.json(
                    context,
                    200,
                    json -> {
                      json.writeStringField("name", model.version().name());
                      json.writeBooleanField("ready", true);
                    }));
  }

  /** The model of the path; answers 404 where there is none. */
  private Optional<ModelDescription> find(RoutingContext context) {
    String wanted = context.pathParam("version");
    Optional<ModelDescription> model = catalogue.find(context.pathParam("model"), wanted);
    if (model.isEmpty()) {
      boolean known = !catalogue.versions(context.pathParam("model")).isEmpty();
      Answers.error(
          context,
          ApiError.invalid(
              404,
              known ? "version_not_found" : "model_not_found",
              known ? "the model has no such version" : "there is no such model",
              known ? "version" : "model"));
    }
    return model;
  }
}
