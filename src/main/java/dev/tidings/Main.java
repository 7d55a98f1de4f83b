package dev.tidings;

import dev.tidings.api.call.AddressCheck;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the service. */
@QuarkusMain
public final class Main {
    private Main() {}

    /** Returns when the service has stopped. */
    public static void main(String... args) {
        System.setProperty(AddressCheck.NOT_BY_THE_FRAMEWORK, "true");
        Quarkus.run(args);
    }
}
