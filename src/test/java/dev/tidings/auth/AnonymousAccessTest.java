package dev.tidings.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.ChannelPattern;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who calls without a token, and what cannot be given to them. */
class AnonymousAccessTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            admin:*                     | the verbs admin and *
            admin:device:*              | the verbs admin and *
            *:*                         | the verbs admin and *
            *:device:*                  | the verbs admin and *
            subscribe:user:{sub}        | there is no subject
            fly:device:*                | verb is one of
            device                      | a permission is verb:channel-or-pattern
            """)
    void cannotBeGivenToAnybody(String permission, String why) {
        assertThatThrownBy(() -> access("subscribe:a:*", permission).checkConfiguration())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("tidings.auth.anonymous has \"" + permission + '"')
                .hasMessageContaining(why);
    }

    @Test
    void theyMayWhatIsListedAndNoMore() {
        AnonymousAccess access = access("subscribe:device:*", "publish:guestbook");
        access.checkConfiguration();
        Caller caller = access.caller("192.0.2.7").orElseThrow();
        assertThat(caller.isAnonymous()).isTrue();
        assertThat(caller.tenant()).isEqualTo("default");
        assertThat(caller.permissionTexts()).containsExactly("subscribe:device:*", "publish:guestbook");
        assertThat(caller.permissions().allows(Verb.SUBSCRIBE, new ChannelPattern("system")))
                .isFalse();
        assertThat(caller.permissions().allowsEverywhere(Verb.ADMIN)).isFalse();
    }

    @Test
    void withoutAnyPermissionThereAreNone() {
        assertThat(access().caller("192.0.2.7")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7,          192.0.2.7,                  true",
        "192.0.2.7,          192.0.2.8,                  false",
        "192.0.2.7,          ::ffff:192.0.2.7,           true",
        "2001:db8:1:2::1,    2001:db8:1:2:ffff::9,       true",
        "2001:db8:1:2::1,    2001:db8:1:3::1,            false"
    })
    void eachNetworkIsCountedApart(String one, String other, boolean together) {
        AnonymousAccess access = access("subscribe:a:*");
        String here = access.caller(one).orElseThrow().countedAs();
        assertThat(access.caller(other).orElseThrow().countedAs().equals(here)).isEqualTo(together);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "::1"})
    void noSubjectIsCountedWithThem(String address) {
        assertThat(access("subscribe:a:*").caller(address).orElseThrow().countedAs())
                .as("a subject has no control characters")
                .startsWith("\n");
    }

    private static AnonymousAccess access(String... permissions) {
        return new AnonymousAccess(new Settings(List.of(permissions)));
    }

    private record Settings(List<String> listed) implements AuthConfig {
        @Override
        public Optional<String> secret() {
            return Optional.empty();
        }

        @Override
        public String tenantClaim() {
            return "tenant";
        }

        @Override
        public Map<String, List<String>> roles() {
            return Map.of();
        }

        @Override
        public Optional<List<String>> anonymous() {
            return listed.isEmpty() ? Optional.empty() : Optional.of(listed);
        }

        @Override
        public Duration authenticateWithin() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Optional<List<String>> allowedOrigins() {
            return Optional.empty();
        }
    }
}
