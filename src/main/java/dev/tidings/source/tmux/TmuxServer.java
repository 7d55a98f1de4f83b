package dev.tidings.source.tmux;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of a machine's tmux servers.
 *
 * @param options that name it on tmux's command line
 * @param name of its socket, or the path, as far as it tells this server from the machine's others
 * @param environment what to set in the environment of tmux besides what this process has
 */
public record TmuxServer(List<String> options, String name, Map<String, String> environment) {
    private static final String DEFAULT = "default";

    /**
     * @param socket a path, which contains a {@code /}, or a name; null for the default server. That is the one of the user,
     *     also when this process itself was started within another tmux.
     * @param environment of this process, or of a test
     */
    public static TmuxServer of(@Nullable String socket, Map<String, String> environment) {
        if (socket != null && socket.contains("/")) {
            return new TmuxServer(List.of("-S", socket), socket, environment);
        }
        String name = socket == null ? DEFAULT : socket;
        String directory = environment.getOrDefault("TMUX_TMPDIR", "");
        return new TmuxServer(List.of("-L", name), directory.isEmpty() ? name : directory + '/' + name, environment);
    }
}
