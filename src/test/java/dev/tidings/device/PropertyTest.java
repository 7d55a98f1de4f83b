package dev.tidings.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a property may be set to. */
class PropertyTest {
    @Test
    void aCharacterIsWhatPeopleCountAsOne() {
        Property name = new Property(Property.Kind.STRING, null, null, null, List.of(), 3, false, true);
        assertThat(name.refusal(new TextNode("\ud83d\ude00".repeat(3)))).isNull();
        assertThat(name.refusal(new TextNode("abcd"))).isEqualTo("a string of at most 3 characters");
    }
}
