package dev.tidings;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds which package may import which. An event goes one way, from its source through intake and log to hub and
 * connection; a package that imported one further along could not be tested, or replaced, without it.
 */
class ArchitectureTest {
    private static final String ROOT = "dev.tidings";

    /** What each package may import of Tidings, besides itself. The root package wires them and may import all. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("event", Set.of()),
            Map.entry("limits", Set.of()),
            Map.entry("protocol", Set.of("log", "event")),
            Map.entry("auth", Set.of("event")),
            Map.entry("log", Set.of("event")),
            Map.entry("intake", Set.of("log", "event")),
            Map.entry("mqtt", Set.of()),
            Map.entry("source", Set.of("mqtt", "intake", "limits", "event", "log")),
            Map.entry("alert", Set.of("source", "intake", "log", "event")),
            Map.entry("cluster", Set.of("log")),
            Map.entry("command", Set.of("source", "cluster", "intake", "protocol", "log", "event")),
            Map.entry("device", Set.of("mqtt", "source", "command", "intake", "protocol", "log", "event")),
            Map.entry("hub", Set.of("log", "protocol", "event")),
            Map.entry("presence", Set.of("hub", "log", "protocol", "event")),
            Map.entry("operator", Set.of("cluster", "intake", "auth", "protocol", "log", "event")),
            Map.entry(
                    "connection",
                    Set.of(
                            "command",
                            "operator",
                            "presence",
                            "hub",
                            "cluster",
                            "intake",
                            "auth",
                            "protocol",
                            "limits",
                            "event",
                            "log")),
            Map.entry(
                    "api",
                    Set.of(
                            "trend",
                            "trace",
                            "alert",
                            "source",
                            "command",
                            "device",
                            "operator",
                            "presence",
                            "hub",
                            "cluster",
                            "intake",
                            "auth",
                            "log",
                            "protocol",
                            "limits",
                            "event")),
            Map.entry("trend", Set.of("log", "event")),
            Map.entry("trace", Set.of("event")),
            Map.entry("dialect", Set.of("connection", "operator", "hub", "auth", "protocol", "limits", "event", "log")),
            Map.entry(
                    "socketio",
                    Set.of("connection", "presence", "hub", "intake", "auth", "protocol", "limits", "event", "log")),
            Map.entry("graphql", Set.of("api", "connection", "intake", "auth", "protocol", "limits", "event", "log")),
            Map.entry(
                    "stream",
                    Set.of("api", "connection", "operator", "hub", "auth", "protocol", "limits", "event", "log")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void eventImportsNoOtherPackage() {
        checkImportsOf("event", "events are the nouns that everything else speaks of");
    }

    @Test
    void protocolImportsOnlyLogAndEvent() {
        checkImportsOf(
                "protocol", "the wire names places in the log; it is the same for all transports and knows none");
    }

    @Test
    void limitsImportsNoOtherPackage() {
        checkImportsOf("limits", "limits are numbers and ways to hold to them, whatever they limit");
    }

    @Test
    void authImportsOnlyEvent() {
        checkImportsOf("auth", "who may do what is decided by token and channel alone");
    }

    @Test
    void logImportsOnlyEvent() {
        checkImportsOf("log", "a log orders and stores events, whoever writes or reads them");
    }

    @Test
    void intakeImportsOnlyLogAndEvent() {
        checkImportsOf("intake", "intake is the one door to the log and knows no one who comes through it");
    }

    @Test
    void mqttImportsNoOtherPackage() {
        checkImportsOf("mqtt", "a broker is spoken to in the same way whatever is heard and said there");
    }

    @Test
    void sourceImportsNothingBehindTheLog() {
        checkImportsOf("source", "a source gives events to intake and does not see who gets them");
    }

    @Test
    void traceImportsOnlyEvent() {
        checkImportsOf("trace", "what happens to events is told in the same way, whoever makes it happen");
    }

    @Test
    void hubImportsNothingBeforeTheLog() {
        checkImportsOf("hub", "the hub gets events from the log only, so that history and live delivery are one path");
    }

    @Test
    void alertHearsAndTellsAsASourceDoes() {
        checkImportsOf(
                "alert", "alerts come from the log and go into it as events; whom they reach is the hub's business");
    }

    @Test
    void clusterImportsOnlyLog() {
        checkImportsOf("cluster", "notes among instances are the same whatever they are about");
    }

    @Test
    void commandKnowsConnectionsAsHandlersOnly() {
        checkImportsOf(
                "command",
                "who gives and who answers commands may have any transport; webhooks and tmux are reached as by"
                        + " sources");
    }

    @Test
    void deviceKnowsNobodyWhoControlsOne() {
        checkImportsOf(
                "device",
                "a device is changed alike whoever wants it; drivers reach out as sources do, and answer as handlers");
    }

    @Test
    void presenceKnowsConnectionsAsSubscribersOnly() {
        checkImportsOf("presence", "who is present is the same for all transports, and is no event of the log");
    }

    @Test
    void operatorKnowsConnectionsAsWhatTheyAreToOperators() {
        checkImportsOf("operator", "what operators see and do is the same for all transports, which it does not know");
    }

    @Test
    void connectionImportsNoSourceAndNoApi() {
        checkImportsOf("connection", "a connection gets events from the hub only and gives them to intake only");
    }

    @Test
    void apiImportsAllButConnection() {
        checkImportsOf("api", "REST resources and connections are two ways in that must not lean on each other");
    }

    @Test
    void streamIsLetInByTheApiAndIsAConnection() {
        checkImportsOf("stream", "events over plain HTTP are asked for by a call, and come as on any connection");
    }

    @Test
    void socketioIsAConnectionOfAnotherMaking() {
        checkImportsOf(
                "socketio", "only its words and its transports are its own: what it may and gets is a session's");
    }

    @Test
    void graphqlAsksAsConnectionsAndCallsDo() {
        checkImportsOf("graphql", "a document says what else messages and calls say: what it may and gets is the same");
    }

    @Test
    void trendImportsOnlyLogAndEvent() {
        checkImportsOf("trend", "a trend is made of what the log retains, whoever asks for it");
    }

    @Test
    void dialectTranslatesAndIsAConnection() {
        checkImportsOf("dialect", "a dialect says the same in other words: it gets events as every connection does");
    }

    @Test
    void noPackageButTheRootIsMissingInTheTable() {
        Set<String> packages = CLASSES.stream()
                .map(type -> type.getPackageName())
                .filter(name -> name.startsWith(ROOT + "."))
                .map(name -> name.substring(ROOT.length() + 1).split("\\.", -1)[0])
                .collect(toCollection(TreeSet::new));

        assertThat(packages)
                .as("packages of Tidings; a new one needs its line in the table of this test")
                .isNotEmpty()
                .isSubsetOf(MAY_IMPORT.keySet());
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("packages in a cycle can be understood, tested and changed only together")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void subjectsOfTheApiKnowOnlyWhatAllCallsShare() {
        slices().matching(ROOT + ".api.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(resideInAPackage(ROOT + ".api.."), resideInAPackage(ROOT + ".api.call.."))
                .because("a resource is read and changed without the others")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void coreKnowsNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".event..", ROOT + ".protocol..", ROOT + ".hub..", ROOT + ".presence")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "io.vertx..")
                .because("the core is plain Java: it is tested without starting a server and outlives its framework")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void eventKnowsOnlyTheJdkAndJackson() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".event..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(ROOT + ".event..", "java..", "com.fasterxml.jackson..", "org.jspecify..")
                .because("everything imports event, and so whatever event imports")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static void checkImportsOf(String name, String reason) {
        String[] allowed = Stream.concat(Stream.of(name), MAY_IMPORT.get(name).stream())
                .sorted()
                .map(other -> ROOT + "." + other + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))))
                .because(reason)
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
