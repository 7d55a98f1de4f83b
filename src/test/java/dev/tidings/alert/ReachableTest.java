package dev.tidings.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where webhooks may be, however it is written. */
class ReachableTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "2852039166",
                "[fe80::1]",
                "[::ffff:169.254.169.254]",
                "[::ffff:a9fe:a9fe]",
                "0.0.0.0",
                "0",
                "[::]",
                "224.0.0.1",
                "[ff02::1]"
            })
    void notWhereACloudTellsSecrets(String host) {
        assertThatThrownBy(() -> Reachable.check(host).toCompletableFuture().join())
                .hasCauseInstanceOf(Reachable.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.7", "[::1]", "localhost"})
    void whereItsOperatorHasIt(String host) {
        assertThat(Reachable.check(host).toCompletableFuture()).succeedsWithin(java.time.Duration.ofSeconds(20));
    }
}
