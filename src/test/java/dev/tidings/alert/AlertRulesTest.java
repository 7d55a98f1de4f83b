package dev.tidings.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.alert.AlertState.Phase;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import dev.tidings.event.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules say of events: when alerts are raised and cleared, and which rules are asked at all. */
class AlertRulesTest {
    private static final AlertKey KEY = new AlertKey("default", "hot", new Channel("oven:1"));
    private static final String HOT = "'condition':{'field':'/payload/patch/temperature','op':'gt','value':80}";
    private static final long SECOND = 1000;

    private final List<String> told = new ArrayList<>();
    private AlertState state = AlertState.NONE;
    private long offset;

    @Test
    void itIsRaisedWhileTheConditionHoldsAndOnceOnly() {
        AlertRule hot = rule(HOT);
        hear(hot, 0, "{'patch':{'temperature':80}}");
        hear(hot, 1, "{'patch':{'temperature':81}}");
        hear(hot, 2, "{'patch':{'temperature':95}}");
        assertThat(state.value()).hasToString("81");
        assertThat(state.since()).isEqualTo(SECOND);
        hear(hot, 3, "{'patch':{'temperature':80}}");
        hear(hot, 4, "{'patch':{'temperature':79}}");
        hear(hot, 5, "{'patch':{'temperature':81}}");
        assertThat(told).containsExactly("alert.raised e2", "alert.cleared e4", "alert.raised e6");
    }

    @Test
    void anEventThatDoesNotSpeakOfItDoesNotClear() {
        AlertRule hot = rule(HOT);
        hear(hot, 0, "{'patch':{'temperature':81}}");
        hear(hot, 1, "{'patch':{'humidity':3}}");
        hear(hot, 2, "7");
        assertThat(told).containsExactly("alert.raised e1");
        hear(hot, 3, "{'patch':{'temperature':null}}");
        assertThat(told).containsExactly("alert.raised e1", "alert.cleared e4");
    }

    @Test
    void aStateThatIsGoneClears() {
        AlertRule hot = rule(HOT);
        hear(hot, 0, "{'patch':{'temperature':81}}");
        hear(hot, Event.STATE_DELETED, 1, "{'previous':{'temperature':81}}");
        assertThat(told).containsExactly("alert.raised e1", "alert.cleared e2");
    }

    @Test
    void anotherTypeOfEventDoesNotClearWhereThePayloadIsAskedAbout() {
        AlertRule failed = rule("'condition':{'all':[{'field':'/event','op':'eq','value':'job.ended'},"
                + "{'field':'/payload/status','op':'ne','value':'ok'}]}");
        hear(failed, "job.ended", 0, "{'status':'failed'}");
        hear(failed, "job.seen", 1, "{'status':'ok'}");
        assertThat(told).containsExactly("alert.raised e1");
        hear(failed, "job.ended", 2, "{'status':'ok'}");
        assertThat(told).containsExactly("alert.raised e1", "alert.cleared e3");
    }

    @Test
    void anotherTypeOfEventClearsWhereNothingElseIsAskedAbout() {
        AlertRule open = rule("'condition':{'field':'/event','op':'eq','value':'door.opened'}");
        hear(open, "door.opened", 0, "{}");
        hear(open, "door.closed", 1, "{}");
        assertThat(told).containsExactly("alert.raised e1", "alert.cleared e2");
    }

    @Test
    void aClearConditionDecidesAlone() {
        AlertRule hot = rule(HOT + ",'clear':{'field':'/payload/patch/temperature','op':'lt','value':70}");
        hear(hot, 0, "{'patch':{'temperature':81}}");
        hear(hot, 1, "{'patch':{'temperature':75}}");
        hear(hot, Event.STATE_DELETED, 2, "{}");
        assertThat(told).containsExactly("alert.raised e1");
        hear(hot, 3, "{'patch':{'temperature':69}}");
        assertThat(told).containsExactly("alert.raised e1", "alert.cleared e4");
    }

    @Test
    void anEventThatFulfilsBothConditionsDoesNotClear() {
        AlertRule odd = rule(HOT + ",'clear':{'field':'/payload/patch/temperature','op':'gt','value':90}");
        hear(odd, 0, "{'patch':{'temperature':95}}");
        hear(odd, 1, "{'patch':{'temperature':95}}");
        assertThat(told).containsExactly("alert.raised e1");
    }

    @Test
    void theConditionHasToHoldForSoLong() {
        AlertRule hot = rule(HOT + ",'for':'PT10S'");
        hear(hot, 0, "{'patch':{'temperature':81}}");
        pass(hot, 9);
        hear(hot, 5, "{'patch':{'humidity':81}}");
        hear(hot, 9, "{'patch':{'temperature':10}}");
        pass(hot, 30);
        assertThat(told).isEmpty();
        hear(hot, 31, "{'patch':{'temperature':81}}");
        hear(hot, 35, "{'patch':{'temperature':99}}");
        pass(hot, 41);
        assertThat(told).containsExactly("alert.raised e4");
        assertThat(state.raisedAt()).isEqualTo(41 * SECOND);
        assertThat(state.since()).isEqualTo(31 * SECOND);
    }

    @Test
    void whatHeldLongEnoughIsRaisedBeforeTheEventThatEndsIt() {
        AlertRule hot = rule(HOT + ",'for':'PT10S'");
        hear(hot, 0, "{'patch':{'temperature':81}}");
        hear(hot, 60, "{'patch':{'temperature':10}}");
        assertThat(told).containsExactly("alert.raised e1", "alert.cleared e2");
    }

    @Test
    void whatWasHeardBeforeMeansNothing() {
        AlertRule hot = rule(HOT);
        hear(hot, 0, "{'patch':{'temperature':81}}");
        hear(hot, 1, "{'patch':{'temperature':10}}");
        offset = 0;
        hear(hot, 0, "{'patch':{'temperature':81}}");
        assertThat(state.phase()).isEqualTo(Phase.CLEAR);
        assertThat(told).containsExactly("alert.raised e1", "alert.cleared e2");
    }

    @Test
    void theSameEventMakesTheSameIds() {
        AlertRule hot = rule(HOT);
        hear(hot, 0, "{'patch':{'temperature':81}}");
        String first = state.raisedId();
        state = AlertState.NONE;
        offset = 0;
        hear(hot, 0, "{'patch':{'temperature':81}}");
        assertThat(state.raisedId()).isEqualTo(first).matches("raised-[0-9a-f]{24}");
    }

    @Test
    void aStateIsReadAsItWasWritten() {
        AlertRule hot = rule(HOT + ",'webhook':'http://localhost/x'");
        state = Course.hear(hot, KEY, state, event("a.b", 3, "{'patch':{'temperature':81.50}}"));
        state = Course.acknowledge(hot, KEY, state, "ada", 7);
        Json written = Json.of(MergePatch.withoutNulls(state.write(KEY)));
        assertThat(AlertState.read(Json.trusted(written.utf8()).tree())).isEqualTo(state);
        assertThat(state.unsent()).hasSize(2).isEqualTo(state.untold());
    }

    @Test
    void aRuleIsReadAsItWasWritten() {
        AlertRule rule = rule(HOT + ",'clear':{'field':'/payload','op':'eq','value':{'a':null}},'for':'PT1.5S',"
                + "'severity':'info','webhook':{'url':'https://h/p?q=1','secret':'0123456789abcdef'}");
        Json written = Json.of(MergePatch.withoutNulls(rule.write()));
        assertThat(AlertRule.read("hot", written.tree())).isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                                | a rule is an object
            {'condition':{}}                                                  | pattern is missing
            {'pattern':7,'condition':{}}                                      | pattern is no string
            {'pattern':'A','condition':{}}                                    | pattern: not a channel or pattern
            {'pattern':'alert:*','condition':{}}                              | pattern: a rule is not about channels of alert
            {'pattern':'a:*'}                                                 | condition is missing
            {'pattern':'a:*','condition':{}}                                  | condition: a condition is one of
            {'pattern':'a:*','condition':{'field':'x','op':'gt','value':1}}   | condition: field is a JSON Pointer
            {'pattern':'a:*',HOT,'clear':7}                                   | clear: a condition is one of
            {'pattern':'a:*',HOT,'for':'10s'}                                 | for: found "10s", allowed is an ISO-8601
            {'pattern':'a:*',HOT,'for':10}                                    | for: found 10, allowed is an ISO-8601
            {'pattern':'a:*',HOT,'for':'-PT1S'}                               | for: found "-PT1S", allowed
            {'pattern':'a:*',HOT,'for':'P8D'}                                 | from PT0S to P7D
            {'pattern':'a:*',HOT,'for':'PT99999999999999999H'}                | for: found
            {'pattern':'a:*',HOT,'severity':'high'}                           | severity: found "high", allowed are info, warning and critical
            {'pattern':'a:*',HOT,'webhook':7}                                 | webhook is the URL to call
            {'pattern':'a:*',HOT,'webhook':{}}                                | webhook is the URL to call
            {'pattern':'a:*',HOT,'webhook':'ftp://h/'}                        | webhook.url is "ftp://h"; allowed is an http or https URL
            {'pattern':'a:*',HOT,'webhook':'http://u:p@h/'}                   | webhook.url is "a URL with a user"
            {'pattern':'a:*',HOT,'webhook':{'url':'http://h/','secret':'x'}}  | webhook.secret is a string of 16 to 256
            {'pattern':'a:*',HOT,'sevrity':'info'}                            | a rule has no member "sevrity"; it has pattern
            """)
    void whatIsNoRuleIsRefused(String body, String message) {
        assertThatThrownBy(() ->
                        RuleReader.read("hot", json(body.replace("HOT", HOT)).tree()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"''", "-a", ".", "..", "a/b", "a b", "ä", "a:b", "a*"})
    void whatIsNoIdIsRefused(String id) {
        assertThatThrownBy(() -> RuleReader.id(id)).hasMessageContaining("a rule's id is 1 to 64 letters");
        assertThatThrownBy(() -> RuleReader.id("a".repeat(65))).isInstanceOf(Invalid.class);
    }

    /** The index may ask rules in vain, but must leave out none that holds. */
    @Test
    void theIndexFindsEveryRuleThatHolds() {
        Random random = new Random(42);
        List<AlertRule> rules = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            rules.add(RuleReader.read(
                    "r" + i,
                    json("{'pattern':'" + pick(random, "oven", "oven:*", "oven:1", "oven:1*", "lamp:*")
                                    + "','condition':" + condition(random, 3) + "}")
                            .tree()));
        }
        RuleIndex index = new RuleIndex(rules);
        int holding = 0;
        for (int i = 0; i < 500; i++) {
            Event event = event(random);
            Set<String> found = new HashSet<>();
            index.find(event, rule -> found.add(rule.id()));
            assertThat(event.payload().tree()).isNotNull();
            Set<String> foundInTree = new HashSet<>();
            index.find(event, rule -> foundInTree.add(rule.id()));
            assertThat(foundInTree).isEqualTo(found);
            for (AlertRule rule : rules) {
                boolean holds = rule.pattern().matches(event.channel()) && rule.holds(event);
                if (holds) {
                    holding++;
                    assertThat(found).as("%s on %s", rule, event).contains(rule.id());
                }
            }
            assertThat(found)
                    .allSatisfy(id -> assertThat(rules.get(Integer.parseInt(id.substring(1)))
                                    .pattern()
                                    .matches(event.channel()))
                            .isTrue());
        }
        assertThat(holding).isGreaterThan(1000);
    }

    private static String condition(Random random, int depth) {
        String other = depth == 0 ? "" : condition(random, depth - 1);
        return switch (depth == 0 ? 0 : random.nextInt(6)) {
            case 1 -> "{'all':[" + other + "," + condition(random, depth - 1) + "]}";
            case 2 -> "{'any':[" + other + "," + condition(random, depth - 1) + "]}";
            case 3 -> "{'not':" + other + "}";
            default -> {
                String op =
                        pick(random, "eq", "ne", "lt", "le", "gt", "ge", "in", "nin", "exists", "prefix", "contains");
                String value = switch (op) {
                    case "in", "nin" -> "[1,'on',2.5]";
                    case "exists" -> pick(random, "true", "false");
                    case "prefix" -> "'o'";
                    default -> pick(random, "0", "-0.0", "1", "2.5", "9007199254740993", "'on'", "'off'");
                };
                yield "{'field':'" + pick(random, "/payload/a", "/payload/b/c", "/payload/l/1", "/event", "/payload")
                        + "','op':'" + op + "','value':" + value + "}";
            }
        };
    }

    private Event event(Random random) {
        String value = pick(random, "0", "1", "2.5", "9007199254740992", "'on'", "'off'", "null", "[1,2]", "{'c':1}");
        String payload = switch (random.nextInt(5)) {
            case 0 -> "{'a':" + value + "}";
            case 1 -> "{'a':1,'b':{'c':" + value + "}}";
            case 2 -> "{'l':[0," + value + "],'b':" + value + "}";
            case 3 -> value;
            default -> "{'x':1,'y':2,'z':3,'w':4,'v':5,'u':6,'t':7,'a':" + value + "}";
        };
        return new Event(
                new ChannelKey("default", new Channel(pick(random, "oven", "oven:1", "oven:12", "oven:2", "lamp:1"))),
                pick(random, "on", "off", "oven.seen"),
                "e",
                new Position("x", 1),
                1,
                1,
                json(payload),
                null);
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private void hear(AlertRule rule, long second, String payload) {
        hear(rule, Event.STATE_CHANGED, second, payload);
    }

    private void hear(AlertRule rule, String type, long second, String payload) {
        note(Course.hear(rule, KEY, state, event(type, second, payload)));
    }

    private void pass(AlertRule rule, long second) {
        note(Course.pass(rule, KEY, state, second * SECOND));
    }

    private void note(AlertState next) {
        next.untold().forEach(notice -> told.add(notice.type() + ' ' + notice.cause()));
        state = next.told(next.untold());
    }

    private Event event(String type, long second, String payload) {
        offset++;
        return new Event(
                KEY.watched(),
                type,
                "e" + offset,
                new Position("x", offset),
                offset,
                second * SECOND,
                json(payload),
                null);
    }

    private static AlertRule rule(String members) {
        return RuleReader.read(
                "hot", json("{'pattern':'oven:*'," + members + "}").tree());
    }

    private static Json json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }
}
