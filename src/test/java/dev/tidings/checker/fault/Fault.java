package dev.tidings.checker.fault;

/**
 * Something that can be broken and mended.
 *
 * @param kind what, as it is counted
 * @param target what it is done to; two faults of one target are never at once
 * @param losesData whether what was acknowledged may be lost by it, which then has to be announced
 */
public record Fault(String kind, String target, boolean losesData, Action breaks, Action mends) {

    /** May block and may fail. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /** One that mends by itself. */
    public static Fault passing(String kind, String target, Action breaks) {
        return new Fault(kind, target, false, breaks, () -> {});
    }

    public static Fault of(String kind, String target, Action breaks, Action mends) {
        return new Fault(kind, target, false, breaks, mends);
    }
}
