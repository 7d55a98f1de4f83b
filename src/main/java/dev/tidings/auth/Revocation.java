package dev.tidings.auth;

import java.util.OptionalLong;

/**
 * That a token, or all tokens of a subject, are refused for a time.
 *
 * @param until when it ends, in ms since the Unix epoch
 * @param issuedBefore only tokens issued before this moment, or at one that they do not tell, are meant; all when empty
 */
public record Revocation(long until, OptionalLong issuedBefore) {
    /**
     * What is refused. Another tenant's tokens of that name are not meant.
     *
     * @param name of the kind
     */
    public record Target(String tenant, Kind kind, String name) {
        /** The same on every instance and after every restart. */
        int hash() {
            return 31 * (31 * tenant.hashCode() + kind.text().hashCode()) + name.hashCode();
        }
    }

    /** What tokens are named by. */
    public enum Kind {
        /** One token, by its {@code jti}. */
        TOKEN("jti"),
        /** All tokens of a subject, by {@code sub}. */
        SUBJECT("sub");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The claim. */
        public String text() {
            return text;
        }
    }

    boolean means(Caller.Origin.Token token, long now) {
        return now < until
                && (issuedBefore.isEmpty()
                        || token.issuedAt().isEmpty()
                        || token.issuedAt().getAsLong() < issuedBefore.getAsLong());
    }
}
