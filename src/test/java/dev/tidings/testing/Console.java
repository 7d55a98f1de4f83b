package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** The console as somebody uses it who hears the names of its controls, and does not know how the page is made. */
public final class Console {
    private static final Duration SOON = Duration.ofSeconds(15);

    /** Of an element: what a screen reader calls it. */
    private static final String NAME = """
            (element => {
              const text = each => each ? each.innerText.trim().replace(/\\s+/g, ' ') : '';
              const by = element.getAttribute('aria-labelledby');
              return element.getAttribute('aria-label') ?? (by ? text(document.getElementById(by))
                : element.labels?.length ? text(element.labels[0]) : text(element) || element.title || '');
            })""";

    private static final String FIND = """
            ((selector, name) => [...document.querySelectorAll(selector)]
              .filter(each => each.checkVisibility() && !each.disabled)
              .sort((a, b) => !!b.closest('main') - !!a.closest('main'))
              .find(each => %s(each) === name))""".formatted(NAME);

    private static final Path PICTURES = Path.of("target", "console", "pictures");

    private final Browser browser;
    private final TidingsServer server;

    public Console(Browser browser, TidingsServer server) {
        this.browser = browser;
        this.server = server;
    }

    /** Goes to a view, such as {@code channels/device:lamp}. */
    public Console go(String view) {
        browser.evaluate("location.hash = " + quoted("#/" + view));
        return this;
    }

    /** Opens the console anew. */
    public Console open() {
        browser.evaluate("window.before = true");
        browser.open(server.uri("/"));
        browser.await("!window.before && !!document.querySelector('main')", SOON);
        return this;
    }

    /** Presses the button, or follows the link, of that name. */
    public Console press(String name) {
        String found = FIND + "('button, a, summary, input[type=checkbox]', " + quoted(name) + ")";
        browser.await("!!" + found, SOON);
        browser.evaluate(found + ".click()");
        return this;
    }

    /** Writes into the field of that name. */
    public Console fill(String name, String text) {
        String found = FIND + "('input, textarea, select', " + quoted(name) + ")";
        browser.await("!!" + found, SOON);
        browser.evaluate("(field => { field.value = " + quoted(text)
                + "; for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles: true})); })("
                + found + ")");
        return this;
    }

    /** Waits until the page says this. */
    public Console says(String text) {
        browser.awaitText(text, SOON);
        return this;
    }

    /** Waits until an expression of the page is true. */
    public Console shows(String expression) {
        browser.await(expression, SOON);
        return this;
    }

    public JsonNode value(String expression) {
        return browser.evaluate(expression);
    }

    /** Takes a picture. */
    public Console photograph(String name) {
        browser.photograph(PICTURES.resolve(name + ".png"));
        return this;
    }

    /** Controls that a screen reader could not name. */
    public List<String> nameless() {
        JsonNode found =
                browser.evaluate("[...document.querySelectorAll('button, a, input, select, textarea, [role=img]')]"
                        + ".filter(each => each.checkVisibility() && " + NAME
                        + "(each) === '').map(each => each.outerHTML)");
        return StreamSupport.stream(found.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }
}
