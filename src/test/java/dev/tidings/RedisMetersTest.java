package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisMetersTest {
    @Test
    void whatRedisSaysIsRead() {
        String info = """
                # Memory
                used_memory:1048576
                used_memory_human:1.00M
                maxmemory:0
                # Stats
                expired_keys:3
                evicted_keys:7
                evicted_clients:9
                """;
        assertThat(RedisMeters.Report.of(info.replace("\n", "\r\n")))
                .isEqualTo(new RedisMeters.Report(1_048_576, 0, 7));
    }

    @Test
    void whatIsNotAllThereIsNothing() {
        assertThat(RedisMeters.Report.of("")).isNull();
        assertThat(RedisMeters.Report.of("used_memory:1\nmaxmemory:2\n")).isNull();
        assertThat(RedisMeters.Report.of("used_memory:much\nmaxmemory:2\nevicted_keys:1\n"))
                .isNull();
    }
}
