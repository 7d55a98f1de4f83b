package dev.tidings.api.call;

import dev.tidings.event.Invalid;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests whose address is none, such as one with a {@code %} that no hex digits follow, and says why. The framework
 * would answer the bare status; it looks at addresses no more where the system property {@link #NOT_BY_THE_FRAMEWORK} is true.
 */
@Singleton
public class AddressCheck {
    /** To be set to {@code true} before the service starts. */
    public static final String NOT_BY_THE_FRAMEWORK = "vertx.disableURIValidation";

    /** Before everything else that looks at a request. */
    private static final int PRIORITY = 1000;

    void register(@Observes Filters filters) {
        filters.register(AddressCheck::handle, PRIORITY);
    }

    /** The router itself gives up on a malformed path, before any filter. */
    void register(@Observes Router router) {
        router.errorHandler(400, AddressCheck::refuse);
    }

    private static void handle(RoutingContext context) {
        if (Problem.passes(context, () -> check(context.request().uri()))) {
            context.next();
        }
    }

    /** Most are, and taking an address apart costs more than looking at it. */
    private static boolean isPlain(String address) {
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            boolean letterOrDigit = c < 128 && Character.isLetterOrDigit(c);
            if (!letterOrDigit && "/-_.:".indexOf(c) < 0) {
                return false;
            }
        }
        return address.startsWith("/") && !address.startsWith("//");
    }

    private static void refuse(RoutingContext context) {
        Problem.passes(context, () -> {
            check(context.request().uri());
            throw new Invalid(Invalid.What.MESSAGE, "the request is malformed");
        });
    }

    private static void check(@Nullable String address) {
        if (address == null || isPlain(address)) {
            return;
        }
        try {
            new URI(address);
        } catch (URISyntaxException e) {
            throw new Invalid(
                    Invalid.What.MESSAGE,
                    "the address is malformed at its character " + e.getIndex() + ": " + e.getReason());
        }
    }
}
