package dev.tidings.event;

/**
 * Input that breaks a rule of the contract. The message says what was wrong and what is allowed, in words fit for the
 * client that sent it.
 */
public final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST_SHOWN = 64;

    /** Which part of the contract was broken; the wire has an error code for each. */
    public enum What {
        CHANNEL,
        FILTER,
        MESSAGE
    }

    private final What what;

    public Invalid(What what, String message) {
        // Bad input is everyday business: no stack trace, so that a flood of it costs little.
        super(message, null, false, false);
        this.what = what;
    }

    /** What came from outside, fit for a message: cut, and without control characters. */
    public static String shown(String text) {
        String start = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + '…' : text;
        return start.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }

    public What what() {
        return what;
    }
}
