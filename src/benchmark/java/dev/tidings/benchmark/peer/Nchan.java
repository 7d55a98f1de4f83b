package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.load.Plan.Publishing;
import dev.tidings.benchmark.load.Plan.Subscribing;
import dev.tidings.benchmark.load.Plan.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** nginx with the nchan module: one worker, a short history in memory, no tokens; published over HTTP. */
final class Nchan implements Peer {
    private static final String MODULE = "ngx_nchan_module.so";

    @Override
    public String name() {
        return "nchan";
    }

    @Override
    public Optional<String> missing() {
        if (Machine.program("nginx").isEmpty()) {
            return Optional.of("no nginx on the path");
        }
        return module().isEmpty() ? Optional.of("nginx has no " + MODULE) : Optional.empty();
    }

    /** Where distributions put modules; seen from where nginx is. */
    private static Optional<Path> module() {
        return Machine.program("nginx").stream()
                .flatMap(nginx -> Stream.of("../lib/nginx/modules", "../lib64/nginx/modules", "../modules")
                        .map(folder -> nginx.getParent()
                                .resolve(folder)
                                .resolve(MODULE)
                                .normalize()))
                .filter(Files::exists)
                .findFirst();
    }

    @Override
    public String version() {
        return Machine.firstLine("nginx", "-v") + " with nchan";
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.PUBLISH_OVER_HTTP);
    }

    @Override
    public Command command(int port, int redis, Path folder, Purpose purpose) {
        Path configuration = folder.resolve("nginx.conf");
        try {
            Files.writeString(configuration, """
                    load_module %s;
                    daemon off;
                    worker_processes 1;
                    worker_rlimit_nofile 20000;
                    pid nginx.pid;
                    error_log error.log error;
                    events {
                      worker_connections 15000;
                    }
                    http {
                      access_log off;
                      tcp_nodelay on;
                      keepalive_timeout 1h;
                      keepalive_requests 1000000000;
                      client_body_temp_path body;
                      proxy_temp_path proxy;
                      fastcgi_temp_path fastcgi;
                      uwsgi_temp_path uwsgi;
                      scgi_temp_path scgi;
                      nchan_shared_memory_size 256M;
                      server {
                        listen 127.0.0.1:%d backlog=4096;
                        location ~ ^/publish/(.+)$ {
                          nchan_publisher http;
                          nchan_channel_id $1;
                          nchan_message_buffer_length 500;
                          nchan_message_timeout 30s;
                        }
                        location ~ ^/subscribe/(.+)$ {
                          nchan_subscriber websocket;
                          nchan_channel_id $1;
                          nchan_subscriber_first_message newest;
                        }
                      }
                    }
                    """.formatted(module().orElseThrow(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Command(
                List.of("nginx", "-e", "error.log", "-p", folder.toString(), "-c", configuration.toString()), Map.of());
    }

    @Override
    public Subscribing subscribing(int port, int count) {
        return new Subscribing(port, count, 100, "/subscribe/{channel}", Map.of(), false, List.of(), "", Map.of(), 0);
    }

    @Override
    public Publishing publishing(int port, Way way) {
        return new Publishing(Way.HTTP, port, "/publish/{channel}", Map.of(), 4, 64, "{data}", "");
    }
}
