package dev.millrace.gateway.http;

import dev.millrace.gateway.auth.Challenge;
import dev.millrace.gateway.auth.Principal;
import dev.millrace.gateway.auth.Refused;
import dev.millrace.gateway.auth.Scope;
import dev.millrace.gateway.auth.TokenVerifier;
import dev.millrace.gateway.auth.Verified;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Lets through who has a good token with the scope that an operation needs. */
final class Authenticator implements Handler<RoutingContext> {
  private static final String CHALLENGE = "WWW-Authenticate";

  private final TokenVerifier verifier;
  private final Scope scope;

  Authenticator(TokenVerifier verifier, Scope scope) {
    this.verifier = verifier;
    this.scope = scope;
  }

  @Override
  public void handle(RoutingContext context) {
    List<String> headers = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
    if (headers.size() > 1) {
      refuse(context, 401, "Bearer realm=\"millrace\"", "more than one Authorization header");
      return;
    }
    Verified verified =
        verifier.verify(headers.isEmpty() ? null : headers.get(0), System.currentTimeMillis());
    if (verified instanceof Refused refused) {
      refuse(context, refused.status(), refused.challenge(), refused.description());
    } else if (verified instanceof Principal principal) {
      Call.of(context).principal(principal);
      if (principal.may(scope)) {
        context.next();
      } else {
        context.response().putHeader(CHALLENGE, Challenge.insufficientScope(scope));
        Answers.error(context, ApiError.insufficientScope(scope));
      }
    }
  }

  private static void refuse(
      RoutingContext context, int status, String challenge, String description) {
    context.response().putHeader(CHALLENGE, challenge);
    Answers.error(
        context,
        status == 503
            ? ApiError.unavailable("keys_unavailable", description)
            : ApiError.invalid(status, "invalid_token", description, null));
  }
}
