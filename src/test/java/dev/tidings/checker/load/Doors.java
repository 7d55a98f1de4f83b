package dev.tidings.checker.load;

import java.util.List;
import java.util.Random;

/** The addresses, host and port, at which a client may try to reach the service. */
public record Doors(List<String> addresses) {
    String any(Random random) {
        return addresses.get(random.nextInt(addresses.size()));
    }
}
