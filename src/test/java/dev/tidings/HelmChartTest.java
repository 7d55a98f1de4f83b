package dev.tidings;

import static dev.tidings.testing.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Helm;
import dev.tidings.testing.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chart renders, and what it refuses. */
class HelmChartTest {
    private static final String KEY = "auth.secret=0123456789abcdef0123456789abcdef";
    private static final String REDIS = "redis.hosts[0]=redis://redis:6379";

    private static final Helm HELM = new Helm(Path.of("helm/tidings"));

    @Test
    void itHasNothingForHelmToComplainOf() {
        Helm.Result result = HELM.lint();
        assertThat(result.failed()).as(result.output()).isFalse();
    }

    /** Write it anew with the command that {@code k8s/kustomization.yaml} shows. */
    @Test
    void theManifestsAreTheChartRendered() {
        Helm.Result result = HELM.template("tidings", "tidings", Path.of("k8s/values.yaml"), List.of());
        assertThat(result.failed()).as(result.output()).isFalse();
        assertThat(Manifests.parse(result.output()).objects())
                .containsExactlyInAnyOrderElementsOf(
                        Manifests.read(Path.of("k8s/tidings.yaml")).objects());
    }

    @Test
    void onlyWhatIsAskedForIsMade() {
        Manifests least = render(KEY, REDIS, "networkPolicy.enabled=false", "podDisruptionBudget.enabled=false");
        assertThat(least.objects().stream().map(each -> each.path("kind").asText()))
                .containsExactlyInAnyOrder("ServiceAccount", "Secret", "ConfigMap", "Service", "Deployment");
        assertThat(render("auth.existingSecret=mine", REDIS).all("Secret")).isEmpty();
        assertThat(everything().objects().stream().map(each -> each.path("kind").asText()))
                .contains(
                        "Ingress",
                        "HorizontalPodAutoscaler",
                        "PodDisruptionBudget",
                        "PrometheusRule",
                        "ServiceMonitor",
                        "StatefulSet");
    }

    /** A rule over a metric that there is not never tells anything. */
    @Test
    void alertsAreOverMetricsThatThereAre() throws IOException {
        String documented = Files.readString(Path.of("docs/operations.md"));
        JsonNode rules = everything().get("PrometheusRule", "t-tidings").at("/spec/groups/0/rules");
        assertThat(rules).hasSize(3);
        for (JsonNode rule : rules) {
            String expression = rule.path("expr").asText();
            List<String> metrics = Pattern.compile("tidings_[a-z_]+")
                    .matcher(expression)
                    .results()
                    .map(each -> each.group().replaceFirst("_seconds_(sum|count)$", "_seconds"))
                    .toList();
            assertThat(metrics)
                    .isNotEmpty()
                    .allSatisfy(each -> assertThat(documented).contains("| `" + each + "`"));
            assertThat(rule.at("/annotations/summary").asText()).contains("{{ $value");
        }
        assertThat(rules.toString()).contains("> 0.05\"", "> 1000\"", "> 2\"").contains("outcome=\\\"refused\\\"");
    }

    @Test
    void everyPodIsConfined() {
        assertThat(everything().pods()).hasSize(2).allSatisfy(DeploymentDescriptionTest::assertConfined);
    }

    /** A selector that finds nobody is not refused by any cluster. */
    @Test
    void selectorsFindTheirPods() {
        Manifests all = everything();
        JsonNode labels = all.get("Deployment", "t-tidings").at("/spec/template/metadata/labels");
        assertThat(List.of(
                        all.get("Service", "t-tidings").at("/spec/selector"),
                        all.get("Deployment", "t-tidings").at("/spec/selector/matchLabels"),
                        all.get("PodDisruptionBudget", "t-tidings").at("/spec/selector/matchLabels"),
                        all.get("NetworkPolicy", "t-tidings").at("/spec/podSelector/matchLabels"),
                        all.get("NetworkPolicy", "t-tidings-redis")
                                .at("/spec/ingress/0/from/0/podSelector/matchLabels")))
                .allSatisfy(selector -> assertThat(labels.properties())
                        .containsAll(selector.properties())
                        .isNotEmpty());
        JsonNode service = all.get("Service", "t-tidings").at("/metadata/labels");
        assertThat(service.properties())
                .containsAll(all.get("ServiceMonitor", "t-tidings")
                        .at("/spec/selector/matchLabels")
                        .properties());
    }

    @Test
    void whoeverScalesItIsTheOnlyOne() {
        JsonNode deployment = everything().get("Deployment", "t-tidings");
        assertThat(deployment.at("/spec").has("replicas")).isFalse();
    }

    @Test
    void inMemoryThereAreNeverTwo() {
        JsonNode deployment =
                render(KEY, "log.backend=memory", "replicaCount=1").get("Deployment", "t-tidings");
        assertThat(deployment.at("/spec/strategy/type").asText()).isEqualTo("Recreate");
        assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(1);
    }

    @Test
    void settingsArriveAsTheyWereWritten() {
        Manifests rendered = render(
                KEY,
                REDIS,
                "shutdown.drainSeconds=90",
                "config.tidings\\.limits\\.connections=1000000",
                "config.tidings\\.auth\\.anonymous=a\\b",
                "config.tidings\\.heartbeat=15s");
        assertThat(rendered.settings("t-tidings"))
                .containsEntry("tidings.limits.connections", "1000000")
                .containsEntry("tidings.auth.anonymous", "a\\b")
                .containsEntry("tidings.heartbeat", "15s")
                .containsEntry("tidings.drain", "90s")
                .containsEntry("tidings.pollers.host.enabled", "false");
        assertThat(rendered.get("Deployment", "t-tidings")
                        .at("/spec/template/spec/terminationGracePeriodSeconds")
                        .asInt())
                .isEqualTo(105);
    }

    @Test
    void thePlaceOfThePublicKeyIsReached() {
        JsonNode egress = render("auth.publicKeyLocation=https://idp.example:8443/keys", REDIS)
                .get("NetworkPolicy", "t-tidings")
                .at("/spec/egress");
        assertThat(each(egress).map(rule -> rule.at("/ports/0/port").asInt())).containsExactly(53, 6379, 8443);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "redis.hosts[0]=redis://r:6379               | auth.existingSecret, auth.secret, auth.publicKey",
                "auth.publicKey=x                            | auth.secret and auth.publicKey are set",
                "auth.secret=short                           | /auth/secret",
                "auth.sceret=x                               | 'sceret' not allowed",
                "replicaCuont=1                              | 'replicaCuont' not allowed",
                "replicaCount=two                            | /replicaCount",
                "log.backend=memory                          | replicaCount is 2, and log.backend is memory",
                "log.backend=cassette                        | /log/backend",
                "redis.password=x                            | redis.hosts is empty, and log.backend is redis",
                "redis.hosts[0]=redis:6379                   | /redis/hosts/0",
                "redis.bundled.enabled=true                  | redis.existingSecret or redis.password",
                "config.tidings\\.drain=5s                   | set shutdown.drainSeconds",
                "config.tidngs\\.heartbeat=5s                | 'tidngs.heartbeat' not allowed",
                "extraEnv[0].name=TIDINGS_AUTH_SECRET        | set auth.existingSecret or auth.secret",
                "ingress.enabled=true                        | ingress.hosts is empty",
                "shutdown.marginSeconds=0                    | /shutdown/marginSeconds",
            })
    void whatCannotWorkIsRefusedAndNamed(String value, String named) {
        List<String> values = new ArrayList<>(List.of(value));
        if (!value.startsWith("redis.hosts[0]=redis://")) {
            values.add(KEY.startsWith(value.replaceFirst("=.*", "=")) ? value : KEY);
        }
        if (value.contains("config") || value.contains("extraEnv") || value.contains("ingress")) {
            values.add(REDIS);
        }
        Helm.Result result = template(values);
        assertThat(result.failed()).as(result.output()).isTrue();
        assertThat(result.output()).contains(named);
    }

    private static Manifests everything() {
        return render(
                KEY,
                "redis.bundled.enabled=true",
                "redis.password=x",
                "autoscaling.enabled=true",
                "autoscaling.targetConnections=5000",
                "ingress.enabled=true",
                "ingress.hosts[0]=tidings.example",
                "serviceMonitor.enabled=true",
                "prometheusRule.enabled=true",
                "networkPolicy.from[0].podSelector.matchLabels.a=b");
    }

    private static Manifests render(String... values) {
        Helm.Result result = template(List.of(values));
        assertThat(result.failed()).as(result.output()).isFalse();
        return Manifests.parse(result.output());
    }

    private static Helm.Result template(List<String> values) {
        return HELM.template("t", "default", null, values);
    }
}
