package dev.millrace.gateway.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.protocol.EnvelopeReader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads the claims of RFC 7519 and ours, and is strict about their types. */
final class ClaimsReader {
  /** The last second of the year 9999: a time beyond it is a mistake of units. */
  private static final long MAXIMUM_SECONDS = 253_402_300_799L;

  private final String tenantClaim;

  ClaimsReader(String tenantClaim) {
    this.tenantClaim = tenantClaim;
  }

  Claims read(ObjectNode claims) throws RefusalException {
    return new Claims(
        requiredText(claims, "iss"),
        audiences(claims.path("aud")),
        requiredTime(claims, "exp"),
        time(claims, "nbf"),
        time(claims, "iat"),
        new Principal(tenant(claims), subject(claims), scopes(claims)));
  }

  private static List<String> audiences(JsonNode audience) throws RefusalException {
    List<String> audiences = texts(audience, "aud");
    if (audiences.isEmpty()) {
      throw wrong("aud");
    }
    return audiences;
  }

  private static long requiredTime(ObjectNode claims, String name) throws RefusalException {
    if (!claims.has(name)) {
      throw missing(name);
    }
    return time(claims, name);
  }

  /**
   * Whole epoch seconds. Fractions are allowed by the RFC, and useless to whoever issues tokens.
   */
  private static long time(ObjectNode claims, String name) throws RefusalException {
    if (!claims.has(name)) {
      return 0;
    }
    JsonNode time = claims.path(name);
    if (!time.isIntegralNumber() || !time.canConvertToLong()) {
      throw wrong(name);
    }
    long seconds = time.longValue();
    if (seconds < 0 || seconds > MAXIMUM_SECONDS) {
      throw wrong(name);
    }
    return seconds;
  }

  private String tenant(ObjectNode claims) throws RefusalException {
    String tenant = requiredText(claims, tenantClaim);
    if (!EnvelopeReader.isTenant(tenant)) {
      throw new RefusalException(
          RefusalReason.TENANT,
          "the claim %s is no name of a tenant: at most %d printable characters"
              .formatted(tenantClaim, EnvelopeReader.MAXIMUM_TENANT_LENGTH));
    }
    return tenant;
  }

  private static String subject(ObjectNode claims) throws RefusalException {
    if (!claims.has("sub")) {
      return "";
    }
    String subject = requiredText(claims, "sub");
    if (!Principal.isSubject(subject)) {
      throw wrong("sub");
    }
    return subject;
  }

  /** From {@code scope} (RFC 8693), or else {@code scp}, as some issuers name it. */
  private static Set<Scope> scopes(ObjectNode claims) throws RefusalException {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String name : scopeNames(claims)) {
      // Tokens carry scopes of other services too.
      Scope.fromWireName(name).ifPresent(scopes::add);
    }
    return scopes;
  }

  private static List<String> scopeNames(ObjectNode claims) throws RefusalException {
    if (claims.has("scope")) {
      return words(requiredText(claims, "scope"));
    }
    JsonNode scopes = claims.path("scp");
    if (scopes.isTextual()) {
      return words(scopes.textValue());
    }
    return scopes.isMissingNode() ? List.of() : texts(scopes, "scp");
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }

  private static String requiredText(ObjectNode claims, String name) throws RefusalException {
    if (!claims.has(name)) {
      throw missing(name);
    }
    String text = claims.path(name).textValue();
    if (text == null) {
      throw wrong(name);
    }
    return text;
  }

  /** A text, or an array of texts. */
  private static List<String> texts(JsonNode node, String name) throws RefusalException {
    if (node.isMissingNode()) {
      throw missing(name);
    }
    if (node.isTextual()) {
      return List.of(node.textValue());
    }
    if (!node.isArray()) {
      throw wrong(name);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : node) {
      String text = element.textValue();
      if (text == null) {
        throw wrong(name);
      }
      texts.add(text);
    }
    return texts;
  }

  private static RefusalException missing(String name) {
    return new RefusalException(RefusalReason.CLAIMS, "the claim %s is missing".formatted(name));
  }

  private static RefusalException wrong(String name) {
    return new RefusalException(
        RefusalReason.CLAIMS, "the claim %s has a wrong type or value".formatted(name));
  }
}
