package dev.tidings;

import static dev.tidings.testing.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tidings.testing.Helm;
import dev.tidings.testing.KubernetesModel;
import dev.tidings.testing.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of the chart whatever it is told: rendered with every file of values in {@code src/test/helm}, and with the documents'. */
class HelmMatrixTest {
    private static final Path CHART = Path.of("helm/tidings");
    private static final Path VALUES = Path.of("src/test/helm");
    private static final Path DOCUMENT = Path.of("docs/kubernetes.md");

    @TempDir
    private static Path directory;

    private static Helm chart;

    /** Helm does not show the Pods of its own tests. In this copy there is one that is none. */
    @BeforeAll
    static void copy() throws IOException {
        Path copy = directory.resolve("tidings");
        try (Stream<Path> files = Files.walk(CHART)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve(
                        CHART.relativize(file).toString().replace("templates/tests/", "templates/test-of-the-chart-"));
                Files.createDirectories(target.getParent());
                Files.writeString(target, Files.readString(file).replaceAll("(?m)^ +helm\\.sh/hook: test\n", ""));
            }
        }
        chart = new Helm(copy);
    }

    static List<Path> values() throws IOException {
        try (Stream<Path> files = Files.list(VALUES)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void everythingIsKnownToKubernetes(Path values) {
        Manifests rendered = render(values);
        assertThat(rendered.all("Pod")).as("Helm's test").hasSize(1);
        rendered.objects().forEach(KubernetesModel::read);
        Set<String> names = new HashSet<>();
        for (JsonNode object : rendered.objects()) {
            assertThat(names.add(object.path("kind") + " " + object.at("/metadata/name")))
                    .as("the only one of its kind and name: %s", object.at("/metadata/name"))
                    .isTrue();
            assertThat(object.at("/metadata/namespace").asText()).isEqualTo("default");
        }
    }

    /** Else the test above finds nothing wrong, whatever is. */
    @Test
    void whatKubernetesDoesNotKnowIsFound() {
        ObjectNode deployment = render(VALUES.resolve("trial.yaml"))
                .get("Deployment", "t-tidings")
                .deepCopy();
        ((ObjectNode) deployment.at("/spec/template/spec/containers/0/lifecycle/preStop")).put("slep", 1);
        assertThatThrownBy(() -> KubernetesModel.read(deployment)).hasMessageContaining("slep");
        ((ObjectNode) deployment.at("/spec/template/spec/containers/0/lifecycle/preStop")).remove("slep");
        KubernetesModel.read(deployment);
        ((ObjectNode) deployment.at("/spec")).put("replicas", "some");
        assertThatThrownBy(() -> KubernetesModel.read(deployment)).hasMessageContaining("replicas");
        ((ObjectNode) deployment.at("/spec")).put("replicas", 2);
        ((ObjectNode) deployment.at("/metadata/labels")).put("number", 5);
        assertThatThrownBy(() -> KubernetesModel.read(deployment)).hasMessageContaining("labels");
    }

    @ParameterizedTest
    @MethodSource("values")
    void podsAreConfinedAndFoundAndHaveTimeToEnd(Path values) throws IOException {
        Manifests rendered = render(values);
        assertThat(rendered.pods()).allSatisfy(DeploymentDescriptionTest::assertConfined);
        JsonNode workload = server(rendered);
        JsonNode pod = workload.at("/spec/template");
        assertThat(pod.at("/metadata/labels").properties())
                .containsAll(workload.at("/spec/selector/matchLabels").properties());
        Stream.of("PodDisruptionBudget", "NetworkPolicy")
                .flatMap(rendered::all)
                .filter(each -> !each.at("/metadata/name").asText().endsWith("-redis"))
                .map(each ->
                        each.at(each.at("/spec/selector").isMissingNode() ? "/spec/podSelector" : "/spec/selector"))
                .forEach(selector -> assertThat(pod.at("/metadata/labels").properties())
                        .containsAll(selector.path("matchLabels").properties()));
        Properties settings = settings(rendered);
        long preStop =
                pod.at("/spec/containers/0/lifecycle/preStop/sleep/seconds").asLong();
        long drain = Long.parseLong(settings.getProperty("tidings.drain").replace("s", ""));
        assertThat(pod.at("/spec/terminationGracePeriodSeconds").asLong()).isGreaterThanOrEqualTo(preStop + drain + 5);
        assertThat(DeploymentDescriptionTest.documentedKeys())
                .as("documented settings")
                .containsAll(settings.stringPropertyNames().stream()
                        .map(key -> key.replaceFirst("^quarkus\\.tls\\.redis\\.", "quarkus.tls.<name>."))
                        .toList());
        assertMountsAreThere(pod.path("spec"), settings);
    }

    /** Files that settings name are below what is mounted, and volumes that are mounted are there. */
    private static void assertMountsAreThere(JsonNode pod, Properties settings) {
        Set<String> volumes = new HashSet<>();
        each(pod.path("volumes"))
                .forEach(volume -> volumes.add(volume.path("name").asText()));
        List<JsonNode> mounts = each(pod.at("/containers/0/volumeMounts")).toList();
        assertThat(mounts)
                .allSatisfy(mount -> assertThat(mount.path("name").asText())
                        .isIn(Stream.concat(volumes.stream(), Stream.of("data")).toList()));
        settings.values().stream()
                .map(Object::toString)
                .filter(value -> value.startsWith("/"))
                .forEach(file -> assertThat(mounts)
                        .as(file)
                        .anyMatch(
                                mount -> file.startsWith(mount.path("mountPath").asText() + '/')));
    }

    private static JsonNode server(Manifests rendered) {
        return Stream.concat(rendered.all("Deployment"), rendered.all("StatefulSet"))
                .filter(each -> each.at("/metadata/labels/app.kubernetes.io~1component")
                        .asText()
                        .equals("server"))
                .findFirst()
                .orElseThrow();
    }

    private static Properties settings(Manifests rendered) {
        return rendered.settings(server(rendered).at("/metadata/name").asText());
    }

    @Test
    void aFileHasOneOwnerAndAVolumeOfItsOwn() {
        Manifests rendered = render(VALUES.resolve("sqlite.yaml"));
        assertThat(rendered.all("Deployment")).isEmpty();
        JsonNode instance = rendered.get("StatefulSet", "t-tidings");
        assertThat(instance.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(instance.at("/spec/volumeClaimTemplates/0/spec/resources/requests/storage")
                        .asText())
                .isEqualTo("20Gi");
        assertThat(settings(rendered))
                .containsEntry("tidings.log.backend", "sqlite")
                .containsEntry("tidings.log.file", "/var/lib/tidings/log.db");
    }

    @Test
    void redisIsWhereItIsSaidToBe() {
        assertThat(settings(render(VALUES.resolve("sentinel.yaml"))))
                .containsEntry("quarkus.redis.client-type", "sentinel")
                .containsEntry("quarkus.redis.master-name", "main")
                .containsEntry(
                        "quarkus.redis.hosts",
                        "redis://sentinel-0:26379,redis://sentinel-1:26379,redis://sentinel-2:26379");
        assertThat(settings(render(VALUES.resolve("cluster-tls.yaml"))))
                .containsEntry("quarkus.redis.client-type", "cluster")
                .containsEntry("quarkus.redis.tls-configuration-name", "redis")
                .containsEntry("quarkus.tls.redis.trust-store.pem.certs", "/etc/tidings/redis-ca/ca.crt");
        Manifests users = render(VALUES.resolve("users-of-redis.yaml"));
        assertThat(settings(users)).doesNotContainKey("quarkus.redis.hosts");
        assertThat(each(server(users).at("/spec/template/spec/containers/0/env")))
                .anyMatch(each -> each.path("name").asText().equals("QUARKUS_REDIS_HOSTS")
                        && each.at("/valueFrom/secretKeyRef/key").asText().equals("addresses"));
    }

    /** Where there is a certificate, nobody is told of a plain port. */
    @Test
    void instancesSpeakTlsWhereTheyHaveACertificate() {
        Manifests rendered = render(VALUES.resolve("tls.yaml"));
        JsonNode pod = server(rendered).at("/spec/template/spec");
        assertThat(settings(rendered))
                .containsEntry("quarkus.http.insecure-requests", "disabled")
                .containsEntry("quarkus.http.ssl-port", "8443")
                .containsEntry("quarkus.tls.key-store.pem.0.cert", "/etc/tidings/tls/tls.crt")
                .containsKey("quarkus.tls.reload-period");
        assertThat(each(pod.path("volumes")))
                .anyMatch(volume -> volume.at("/secret/secretName").asText().equals("tidings-tls"));
        JsonNode port = pod.at("/containers/0/ports/0");
        assertThat(port.path("containerPort").asInt()).isEqualTo(8443);
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            JsonNode get = pod.at("/containers/0/" + probe + "/httpGet");
            assertThat(get.path("scheme").asText()).as(probe).isEqualTo("HTTPS");
            assertThat(get.path("port")).isEqualTo(port.path("name"));
        }
        JsonNode service = rendered.get("Service", "t-tidings").at("/spec/ports/0");
        assertThat(service.path("targetPort")).isEqualTo(port.path("name"));
        assertThat(service.path("port").asInt()).isEqualTo(8443);
        assertThat(service.path("appProtocol").asText()).isEqualTo("https");
        assertThat(rendered.get("NetworkPolicy", "t-tidings")
                        .at("/spec/ingress/0/ports/0/port")
                        .asInt())
                .isEqualTo(8443);
        JsonNode ingress = rendered.get("Ingress", "t-tidings");
        assertThat(ingress.at("/metadata/annotations/nginx.ingress.kubernetes.io~1backend-protocol")
                        .asText())
                .isEqualTo("HTTPS");
        assertThat(ingress.at("/spec/rules/0/http/paths/0/backend/service/port/name"))
                .isEqualTo(service.path("name"));
        assertThat(rendered.get("HTTPRoute", "t-tidings")
                        .at("/spec/rules/0/backendRefs/0/port")
                        .asInt())
                .isEqualTo(8443);
        JsonNode monitor = rendered.get("ServiceMonitor", "t-tidings").at("/spec/endpoints/0");
        assertThat(monitor.path("scheme").asText()).isEqualTo("https");
        assertThat(monitor.path("port")).isEqualTo(service.path("name"));
        assertThat(monitor.at("/tlsConfig/serverName").asText()).isEqualTo("tidings.example");
        assertThat(rendered.all("Pod")
                        .findFirst()
                        .orElseThrow()
                        .at("/spec/containers/0/env/0/value")
                        .asText())
                .isEqualTo("https://t-tidings:8443");
    }

    /** Proxies end what they take for dead, or for too long: neither may happen to sockets, streams and polls. */
    @Test
    void connectionsLast() {
        Manifests rendered = render(VALUES.resolve("everything.yaml"));
        List<String> lasting =
                List.of("/ws", "/ws/devices", "/ws/projects", "/socket.io/", "/api/v1/channels/a:1/events");
        JsonNode ingress = rendered.get("Ingress", "news");
        JsonNode annotations = ingress.at("/metadata/annotations");
        assertThat(annotations
                        .path("nginx.ingress.kubernetes.io/proxy-read-timeout")
                        .asInt())
                .isGreaterThan(60);
        assertThat(annotations
                        .path("nginx.ingress.kubernetes.io/proxy-send-timeout")
                        .asInt())
                .isGreaterThan(60);
        assertThat(lasting)
                .allMatch(path -> each(ingress.at("/spec/rules/0/http/paths"))
                        .anyMatch(rule -> isBelow(path, rule.path("path").asText())));
        JsonNode route = rendered.get("HTTPRoute", "news");
        assertThat(lasting).allSatisfy(path -> {
            List<JsonNode> rules = each(route.at("/spec/rules"))
                    .filter(rule -> each(rule.path("matches"))
                            .anyMatch(match ->
                                    isBelow(path, match.at("/path/value").asText())
                                            && match.at("/path/type").asText().equals("PathPrefix")))
                    .toList();
            assertThat(rules)
                    .singleElement()
                    .satisfies(rule ->
                            assertThat(rule.at("/timeouts/request").asText()).isEqualTo("0s"));
        });
    }

    private static boolean isBelow(String path, String prefix) {
        return path.equals(prefix) || path.startsWith(prefix.endsWith("/") ? prefix : prefix + '/');
    }

    @Test
    void whatTheUserSaysToTheControllerComesFirst() throws IOException {
        Path file = Files.writeString(
                directory.resolve("mine.yaml"),
                Files.readString(VALUES.resolve("trial.yaml"))
                        + "ingress: {enabled: true, hosts: [a.example], idleSeconds: 90, sticky: false,"
                        + " annotations: {nginx.ingress.kubernetes.io/proxy-body-size: 1m}}\n");
        JsonNode annotations = render(file).get("Ingress", "t-tidings").at("/metadata/annotations");
        assertThat(annotations
                        .path("nginx.ingress.kubernetes.io/proxy-body-size")
                        .asText())
                .isEqualTo("1m");
        assertThat(annotations
                        .path("nginx.ingress.kubernetes.io/proxy-read-timeout")
                        .asText())
                .isEqualTo("90");
        assertThat(annotations.has("nginx.ingress.kubernetes.io/affinity")).isFalse();
    }

    /** Whoever goes by the document gets what it says. */
    @Test
    void theDocumentsValuesCanBeInstalled() throws IOException {
        List<String> blocks = Pattern.compile("(?s)```yaml HelmMatrixTest\n(.*?)\n *```")
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(found -> found.group(1).stripIndent())
                .toList();
        assertThat(blocks).hasSizeGreaterThan(5);
        YAMLMapper yaml = new YAMLMapper();
        JsonNode base = yaml.readTree(blocks.getFirst());
        for (String block : blocks) {
            // Whoever does not say how tokens are verified goes on from the first.
            JsonNode own = yaml.readTree(block);
            JsonNode values = own.at("/auth/existingSecret").asText().isEmpty() ? laidOver(base, own) : own;
            Path file = directory.resolve("of-the-document.yaml");
            yaml.writeValue(file.toFile(), values);
            render(file).objects().forEach(KubernetesModel::read);
        }
    }

    /** As Helm lays one file of values over another. */
    private static JsonNode laidOver(JsonNode below, JsonNode above) {
        if (!(below instanceof ObjectNode) || !(above instanceof ObjectNode)) {
            return above;
        }
        ObjectNode joined = below.deepCopy();
        above.properties()
                .forEach(each -> joined.set(each.getKey(), laidOver(joined.path(each.getKey()), each.getValue())));
        return joined;
    }

    private static Manifests render(Path values) {
        Helm.Result result = chart.template("t", "default", values, List.of());
        assertThat(result.failed()).as(values + ": " + result.output()).isFalse();
        try {
            return Manifests.parse(result.output());
        } catch (UncheckedIOException e) {
            throw new AssertionError(values.toString(), e);
        }
    }
}
