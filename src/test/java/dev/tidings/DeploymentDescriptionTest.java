package dev.tidings;

import static dev.tidings.testing.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Manifests;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the chart, the manifests and the images say of the service is true of it, as far as reading can tell. */
class DeploymentDescriptionTest {
    private static final Path CHART = Path.of("helm/tidings");
    private static final Manifests RENDERED = Manifests.read(Path.of("k8s/tidings.yaml"));
    private static final JsonNode SERVER = RENDERED.get("Deployment", "tidings").at("/spec/template/spec");
    private static final Pattern KEY = Pattern.compile("`((?:tidings|quarkus|mp\\.jwt|smallrye)\\.[^`=]+)");

    @Test
    void theVersionIsTheProjects() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String version =
                pom.replaceFirst("(?s).*?<artifactId>tidings</artifactId>\\s*<version>([^<]+)</version>.*", "$1");
        assertThat(yaml(CHART.resolve("Chart.yaml")).path("appVersion").asText())
                .isEqualTo(version);
        assertThat(yaml(Path.of("k8s/kustomization.yaml"))
                        .at("/images/0/newTag")
                        .asText())
                .isEqualTo(version);
    }

    @Test
    void portsAndProbesAreTheServices() throws IOException {
        Properties own = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            own.load(file);
        }
        int port = Integer.parseInt(own.getProperty("quarkus.http.port"));
        JsonNode server = SERVER.at("/containers/0");
        assertThat(server.at("/ports/0/containerPort").asInt()).isEqualTo(port);
        assertThat(RENDERED.settings("tidings").getProperty("quarkus.http.port"))
                .isEqualTo(Integer.toString(port));
        assertThat(RENDERED.get("NetworkPolicy", "tidings")
                        .at("/spec/ingress/0/ports/0/port")
                        .asInt())
                .isEqualTo(port);
        String name = server.at("/ports/0/name").asText();
        assertThat(RENDERED.get("Service", "tidings")
                        .at("/spec/ports/0/targetPort")
                        .asText())
                .isEqualTo(name);
        // ManifestsIT asks the service at these paths.
        for (String probe : List.of("startup", "liveness", "readiness")) {
            assertThat(server.at("/" + probe + "Probe/httpGet/port").asText()).isEqualTo(name);
        }
        String operations = Files.readString(Path.of("docs/operations.md"));
        assertThat(Stream.of("startup", "liveness", "readiness")
                        .map(probe ->
                                server.at("/" + probe + "Probe/httpGet/path").asText()))
                .containsExactly("/q/health/started", "/q/health/live", "/q/health/ready")
                .allSatisfy(path -> assertThat(operations).contains('`' + path + '`'));
    }

    @Test
    void clientsHaveTimeToLeave() {
        int preStop = SERVER.at("/containers/0/lifecycle/preStop/sleep/seconds").asInt();
        String drain = RENDERED.settings("tidings").getProperty("tidings.drain");
        assertThat(preStop).isPositive();
        assertThat(SERVER.path("terminationGracePeriodSeconds").asInt())
                .isGreaterThan(preStop + Integer.parseInt(drain.replace("s", "")));
    }

    @Test
    void anUpdateTakesNobodyAwayBeforeItsSuccessorIsThere() {
        JsonNode strategy = RENDERED.get("Deployment", "tidings").at("/spec/strategy/rollingUpdate");
        assertThat(strategy.path("maxUnavailable").asInt(-1)).isZero();
        assertThat(strategy.path("maxSurge").asInt()).isPositive();
        assertThat(RENDERED.get("Deployment", "tidings").at("/spec/replicas").asInt())
                .isGreaterThan(1);
    }

    @Test
    void noPodMayDoMoreThanItMust() {
        assertThat(RENDERED.pods()).hasSize(2).allSatisfy(DeploymentDescriptionTest::assertConfined);
    }

    static void assertConfined(JsonNode pod) {
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
        assertThat(each(pod.path("containers"))).isNotEmpty().allSatisfy(container -> {
            JsonNode security = container.path("securityContext");
            assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(security.path("allowPrivilegeEscalation").asBoolean(true))
                    .isFalse();
            assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
        });
    }

    @Test
    void redisForgetsNothing() {
        JsonNode redis = RENDERED.get("StatefulSet", "tidings-redis");
        assertThat(each(redis.at("/spec/template/spec/containers/0/args")).map(JsonNode::asText))
                .containsSequence("--appendonly", "yes")
                .containsSequence("--maxmemory-policy", "noeviction");
        assertThat(redis.at("/spec/volumeClaimTemplates/0/spec/resources/requests/storage")
                        .asText())
                .isNotEmpty();
    }

    @Test
    void everySettingIsDocumented() throws IOException {
        Set<String> documented = documentedKeys();
        assertThat(RENDERED.settings("tidings").stringPropertyNames())
                .contains("tidings.log.backend", "tidings.pollers.host.enabled", "tidings.pollers.tmux.enabled")
                .isSubsetOf(documented);
        Set<String> variables =
                documented.stream().map(DeploymentDescriptionTest::variable).collect(Collectors.toSet());
        assertThat(each(SERVER.at("/containers/0/env"))
                        .map(each -> each.path("name").asText()))
                .contains("TIDINGS_AUTH_SECRET")
                .isSubsetOf(variables);
        Pattern environment = Pattern.compile("\\b(?:TIDINGS|QUARKUS)_[A-Z_]+\\b");
        for (String image : List.of("Dockerfile.jvm", "Dockerfile.native-micro")) {
            assertThat(environment
                            .matcher(Files.readString(Path.of("src/main/docker", image)))
                            .results()
                            .map(MatchResult::group))
                    .as(image)
                    .contains("QUARKUS_HTTP_HOST")
                    .isSubsetOf(variables);
        }
    }

    static Set<String> documentedKeys() throws IOException {
        Stream<String> named = Stream.of("configuration", "reference", "operations")
                .flatMap(
                        page -> KEY.matcher(read(Path.of("docs", page + ".md"))).results())
                .map(found -> found.group(1));
        // Two pollers are there by themselves.
        return named.flatMap(key -> Stream.of("host", "tmux").map(name -> key.replace("<poller>", name)))
                .collect(Collectors.toSet());
    }

    /** As MicroProfile Config finds a key in the environment. */
    private static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    @Test
    void allOfThePageAndNothingThatIsPrivateIsReachedFromOutside() throws IOException {
        List<JsonNode> open =
                each(yaml(CHART.resolve("values.yaml")).at("/ingress/paths")).toList();
        Path page = Path.of("src/main/resources/META-INF/resources");
        try (Stream<Path> files = Files.walk(page)) {
            assertThat(files.filter(Files::isRegularFile).map(file -> "/" + page.relativize(file)))
                    .contains("/index.html")
                    .allMatch(path -> reaches(open, path), "is open");
        }
        assertThat(List.of("/", "/ws", "/api/v1/channels", "/console/main.js", "/console/main.css"))
                .allMatch(path -> reaches(open, path), "is open");
        assertThat(List.of("/q/metrics", "/q/health", "/q/swagger-ui", "/quick-start"))
                .noneMatch(path -> reaches(open, path));
    }

    private static boolean reaches(List<JsonNode> open, String path) {
        return open.stream().anyMatch(rule -> {
            String begin = rule.path("path").asText();
            return path.equals(begin)
                    || (rule.path("pathType").asText().equals("Prefix") && path.startsWith(begin + '/'));
        });
    }

    @Test
    void imagesRunAsTheUserThatThePodsSay() {
        String user = "USER " + SERVER.at("/securityContext/runAsUser").asText() + ':'
                + SERVER.at("/securityContext/runAsGroup").asText();
        String directory = "WORKDIR " + SERVER.at("/containers/0/workingDir").asText();
        for (String image : List.of("Dockerfile.jvm", "Dockerfile.native-micro")) {
            assertThat(read(Path.of("src/main/docker", image)).lines())
                    .as(image)
                    .contains(user, directory);
        }
    }

    private static JsonNode yaml(Path file) {
        return Manifests.read(file).objects().getFirst();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
