package dev.tidings.benchmark.peer;

import dev.tidings.benchmark.Options;
import java.util.List;
import java.util.stream.Collectors;

/** All servers that can be measured. */
public final class Peers {
    private Peers() {}

    public static List<Peer> all(Options options) {
        return List.of(
                new Tidings(options),
                new TidingsBySocketIo(options),
                new Centrifugo(),
                new Nats(options),
                new Nchan(),
                new NodeServer("ws", options),
                new NodeServer("socketio", options),
                new Floor(options));
    }

    /**
     * Those asked for and installed; says what is not.
     *
     * @throws IllegalArgumentException when one asked for is not known
     */
    public static List<Peer> chosen(Options options) {
        List<Peer> all = all(options);
        List<String> names = options.parts("peers");
        if (!names.contains("all")) {
            for (String name : names) {
                if (all.stream().noneMatch(peer -> peer.name().equals(name))) {
                    throw new IllegalArgumentException("no peer " + name + "; there are "
                            + all.stream().map(Peer::name).collect(Collectors.joining(", ")));
                }
            }
        }
        return all.stream()
                .filter(peer -> names.contains("all") || names.contains(peer.name()))
                .filter(Peers::isInstalled)
                .toList();
    }

    private static boolean isInstalled(Peer peer) {
        peer.missing().ifPresent(what -> System.out.println("skipped: " + peer.name() + ": " + what));
        return peer.missing().isEmpty();
    }
}
