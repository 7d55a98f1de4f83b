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

    /** To the letter: it is never edited by hand, but written anew by {@code -Dtidings.render=true}. */
    @Test
    void theManifestsAreTheChartRendered() throws IOException {
        Helm.Result result = HELM.template("tidings", "tidings", Path.of("k8s/values.yaml"), List.of());
        assertThat(result.failed()).as(result.output()).isFalse();
        Path manifests = Path.of("k8s/tidings.yaml");
        if (Boolean.getBoolean("tidings.render")) {
            Files.writeString(manifests, result.output());
        }
        assertThat(Files.readString(manifests)).isEqualTo(result.output());
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
                        "HTTPRoute",
                        "HorizontalPodAutoscaler",
                        "PodDisruptionBudget",
                        "PrometheusRule",
                        "ServiceMonitor",
                        "StatefulSet");
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
                "log.backend=sqlite                          | replicaCount is 2, and log.backend is sqlite: a file belongs",
                "tls.existingSecret=Not_A_Name               | /tls/existingSecret",
                "tls.servicePort=0                           | /tls/servicePort",
                "redis.password=x                            | redis.hosts is empty, and log.backend is redis",
                "redis.hosts[0]=redis:6379                   | /redis/hosts/0",
                "redis.hosts[0]=redis://me:word@redis:6379   | /redis/hosts/0",
                "redis.clientType=sentinel                   | redis.sentinelMaster is empty",
                "redis.sentinelMaster=main                   | redis.clientType is standalone",
                "redis.hosts[1]=redis://other:6379           | redis.hosts has 2 addresses",
                "redis.tls.caSecret=ca                       | set it to rediss://",
                "redis.existingSecretHostsKey=urls           | redis.hosts and redis.existingSecretHostsKey are both set",
                "redis.bundled.enabled=true                  | redis.existingSecret or redis.password",
                "config.tidings\\.drain=5s                   | set shutdown.drainSeconds",
                "config.tidngs\\.heartbeat=5s                | 'tidngs.heartbeat' not allowed",
                "extraEnv[0].name=TIDINGS_AUTH_SECRET        | set auth.existingSecret or auth.secret",
                "ingress.enabled=true                        | ingress.hosts is empty",
                "ingress.idleSeconds=30                      | /ingress/idleSeconds",
                "httpRoute.enabled=true                      | httpRoute.parentRefs is empty",
                "prometheusRule.disabled[0]=Nothing          | /prometheusRule/disabled/0",
                "shutdown.marginSeconds=0                    | /shutdown/marginSeconds",
            })
    void whatCannotWorkIsRefusedAndNamed(String value, String named) {
        List<String> values = new ArrayList<>(List.of(value));
        if (!value.equals("redis.hosts[0]=redis://r:6379")) {
            values.addFirst(KEY);
        }
        boolean hasNoPlace = value.startsWith("redis.password") || value.startsWith("log") || value.contains("bundled");
        if (!hasNoPlace) {
            values.addFirst(REDIS);
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
                "httpRoute.enabled=true",
                "httpRoute.parentRefs[0].name=public",
                "grafanaDashboard.enabled=true",
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
