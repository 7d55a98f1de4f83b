package dev.tidings;

import dev.tidings.api.call.AddressCheck;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jspecify.annotations.Nullable;

/** Starts the service. */
@QuarkusMain
public final class Main {
    private Main() {}

    /** Returns when the service has stopped. */
    public static void main(String... args) {
        System.setProperty(AddressCheck.NOT_BY_THE_FRAMEWORK, "true");
        Quarkus.run(null, Main::end, args);
    }

    /** @param failure why it could not start; null when it did */
    private static void end(int status, @Nullable Throwable failure) {
        if (failure != null) {
            System.err.print(StartFailure.describe(failure));
            System.err.flush();
        }
        System.exit(failure == null ? status : Math.max(1, status));
    }
}
