package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Ports;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README as a newcomer follows it: what is between its fences is run as it is written, but for the port. */
class ReadmeIT {
    private static final Pattern SHELL = Pattern.compile("```sh ReadmeIT\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path project;

    @Test
    void theFirstCommandsShowWhatTheyPromise() throws Exception {
        // The console is made with the client, of which a working copy may have much more that was installed or built.
        for (String part : List.of("pom.xml", "mvnw", ".mvn", "src", "clients/javascript/src", "README.md")) {
            copy(Path.of(part), project.resolve(part));
        }
        List<String> shell = SHELL.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        int port = Ports.free();
        Path output = project.resolve("run.out");
        Process running = shell(shell.getFirst(), port, output);
        try {
            URI address = URI.create("http://127.0.0.1:" + port + "/");
            Awaitility.await("the service; " + output)
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> {
                        String said = Files.readString(output);
                        assertThat(running.isAlive()).as(said).isTrue();
                        return said.contains("Tidings is at " + address);
                    });
            assertThat(get(address)).contains("<title>Tidings");
            Path answers = project.resolve("publish.out");
            Process publishing = shell(shell.get(1), port, answers);
            assertThat(publishing.waitFor()).as(Files.readString(answers)).isZero();
            assertThat(Files.readString(answers)).contains("\"event_id\"").contains("\"changed\":true");
            String token = WsClient.parse(get(address.resolve("/quick-start")))
                    .path("token")
                    .asText();
            JsonNode channels = WsClient.parse(get(address.resolve("/api/v1/channels?limit=1000"), token));
            assertThat(channels.path("items").findValuesAsText("channel"))
                    .contains("demo:1", "device:lamp")
                    .anyMatch(channel -> channel.startsWith("metrics:"));
        } finally {
            Stream.concat(running.descendants(), Stream.of(running.toHandle())).forEach(ProcessHandle::destroy);
            running.waitFor();
        }
    }

    private Process shell(String commands, int port, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", "-e", "-c", commands.replace("8080", Integer.toString(port)))
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        builder.environment().put("MAVEN_ARGS", "-Dmaven.repo.local=" + System.getProperty("tidings.repository"));
        return builder.start();
    }

    private static String get(URI uri, String... token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10));
        Stream.of(token).forEach(each -> request.header("Authorization", "Bearer " + each));
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.ofString())
                .body();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(each -> {
                try {
                    Files.copy(each, to.resolve(from.relativize(each).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
