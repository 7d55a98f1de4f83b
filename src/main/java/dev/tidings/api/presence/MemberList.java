package dev.tidings.api.presence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tidings.event.Presence;
import dev.tidings.presence.Page;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of those who are present in a channel. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Presence",
        description = "Who is present in a channel",
        requiredProperties = {"members", "count"})
record MemberList(
        @Schema(description = "Those present, or a part of them")
        List<Member> members,

        @Schema(description = "How many are present, all told", examples = "3", minimum = "0")
        int count,

        @Schema(
                description = "To be given as after for the next page; absent on the last",
                examples = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
        @Nullable
        String next) {

    static MemberList of(Page page) {
        return new MemberList(page.members().stream().map(Member::of).toList(), page.count(), page.next());
    }

    /** One of them. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "Member",
            description = "A connection that is present",
            requiredProperties = {"connection", "subject", "since"})
    record Member(
            @Schema(description = "Its id", examples = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
            String connection,

            @Schema(description = "Whose it is", examples = "ada")
            String subject,

            @Schema(description = "Since when, in ms since the Unix epoch", examples = "1704067200000", minimum = "0")
            long since,

            @Schema(
                    description = "What its token has as info",
                    type = SchemaType.OBJECT,
                    examples = "{\"name\": \"Ada\"}")
            @JsonRawValue
            @Nullable
            String info) {
        static Member of(Presence presence) {
            return new Member(
                    presence.connection(),
                    presence.subject(),
                    presence.since(),
                    presence.info() == null ? null : presence.info().toString());
        }
    }
}
