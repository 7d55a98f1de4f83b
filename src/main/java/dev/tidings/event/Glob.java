package dev.tidings.event;

/**
 * A text in which {@code *} stands for any run of characters, dots included, and everything else for itself.
 *
 * @param text the glob as written
 */
public record Glob(String text) {
    private static final int LONGEST = 256;

    /** @throws Invalid when the glob is empty or longer than 256 characters */
    public Glob {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new Invalid(Invalid.What.FILTER, "an event glob has 1 to " + LONGEST + " characters");
        }
    }

    /** Greedy match with one step of backtracking: linear in the candidate for each star, never exponential. */
    public boolean matches(String candidate) {
        int at = 0;
        int glob = 0;
        int star = -1;
        int resume = 0;
        while (at < candidate.length()) {
            if (glob < text.length() && text.charAt(glob) == '*') {
                star = glob++;
                resume = at;
            } else if (glob < text.length() && text.charAt(glob) == candidate.charAt(at)) {
                glob++;
                at++;
            } else if (star >= 0) {
                glob = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (glob < text.length() && text.charAt(glob) == '*') {
            glob++;
        }
        return glob == text.length();
    }
}
