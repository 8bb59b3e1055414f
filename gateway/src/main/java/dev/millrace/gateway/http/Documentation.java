package dev.millrace.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/**
 * The contract, and a page that shows it: Swagger UI out of its own package, so that nothing is
 * loaded from elsewhere.
 */
final class Documentation {
  private static final String YAML = "application/yaml";
  private static final String ASSETS = "META-INF/resources/webjars/swagger-ui/%s/";
  private static final String POM = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

  private static final Map<String, String> TYPES =
      Map.of(
          "swagger-ui.css", "text/css",
          "swagger-ui-bundle.js", "text/javascript",
          "favicon-32x32.png", "image/png");

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head><meta charset="utf-8"><title>Millrace</title>
      <link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
      <body><div id="ui"></div>
      <script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/init.js"></script></body>
      </html>
      """;

  private static final String INIT =
      "SwaggerUIBundle({url: '/openapi.yaml', dom_id: '#ui', deepLinking: true});\n";

  private Documentation() {}

  static void route(Router router) {
    Buffer contract = Buffer.buffer(Contract.bytes());
    String assets = ASSETS.formatted(version());
    router.get("/openapi.yaml").handler(context -> end(context, "contract", YAML, contract));
    router
        .get("/docs")
        .handler(context -> end(context, "docs", "text/html; charset=utf-8", Buffer.buffer(PAGE)));
    router
        .get("/docs/init.js")
        .handler(context -> end(context, "docs", "text/javascript", Buffer.buffer(INIT)));
    TYPES.forEach(
        (name, type) -> {
          Buffer asset = resource(assets + name);
          router.get("/docs/" + name).handler(context -> end(context, "docs", type, asset));
        });
  }

  private static void end(RoutingContext context, String operation, String type, Buffer body) {
    Call.of(context).operation(operation);
    // Nothing of the page comes from elsewhere, and nothing goes there.
    context
        .response()
        .putHeader(
            "Content-Security-Policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    Answers.end(context, 200, type, body);
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream stream = open(POM)) {
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static Buffer resource(String name) {
    try (InputStream stream = open(name)) {
      return Buffer.buffer(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream stream = Documentation.class.getClassLoader().getResourceAsStream(name);
    if (stream == null) {
      throw new IOException(name + " is not on the class path");
    }
    return stream;
  }
}
