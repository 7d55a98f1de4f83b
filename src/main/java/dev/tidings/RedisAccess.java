package dev.tidings;

import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * The way to Redis, where the log is there: the client that the keys {@code quarkus.redis.*} describe, and its options, by
 * which the log makes connections of its own. Neither is made unless asked for.
 */
@Singleton
class RedisAccess implements RedisOptionsCustomizer {
    private final Instance<Redis> clients;
    private final Config config;
    private final Instance<TlsConfigurationRegistry> tls;
    private final Instance<Vertx> vertx;
    private volatile @Nullable RedisOptions options;

    /** What is an {@code Instance} is not there yet when Quarkus makes the client. */
    RedisAccess(Instance<Redis> clients, Config config, Instance<TlsConfigurationRegistry> tls, Instance<Vertx> vertx) {
        this.clients = clients;
        this.config = config;
        this.tls = tls;
        this.vertx = vertx;
    }

    Redis client() {
        return clients.get();
    }

    /** @throws IllegalArgumentException when no Redis is named */
    RedisOptions options() {
        if (config.getOptionalValue("quarkus.redis.hosts", String.class).isEmpty()) {
            throw new IllegalArgumentException(
                    "quarkus.redis.hosts: not set, and tidings.log.backend is redis; set it to a URL such as"
                            + " redis://localhost:6379");
        }
        // The options are told when the client is made, which is when it is first asked something.
        var unused = client().hashCode();
        RedisOptions told = options;
        if (told == null) {
            throw new IllegalStateException("the Redis client was made without telling its options");
        }
        return told;
    }

    @Override
    public void customize(String clientName, RedisOptions told) {
        RenewedTls.use(told.getNetClientOptions(), this::registered, vertx::get);
        options = new RedisOptions(told);
    }

    /** As Quarkus finds it for the client: by its name, else the default one. */
    private TlsConfiguration registered() {
        Optional<String> name = config.getOptionalValue("quarkus.redis.tls-configuration-name", String.class);
        return name.flatMap(tls.get()::get).or(tls.get()::getDefault).orElseThrow();
    }
}
