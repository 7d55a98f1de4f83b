package dev.tidings.alert;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Where webhooks may not be, whoever writes the rule: at addresses that only mean something on this machine's own link, where
 * clouds tell machines their secrets, and at such as are nobody's.
 */
final class Reachable {
    private Reachable() {}

    /** What is there may not be called. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused() {
            super("may not be called: its address is link-local, or nobody's", null, false, false);
        }
    }

    /** Looks a host up, on a thread of its own. Fails with {@link Refused}, or because it is not known. */
    static CompletionStage<Void> check(String host) {
        return CompletableFuture.runAsync(() -> require(host), Thread::startVirtualThread);
    }

    private static void require(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (address.isLinkLocalAddress() || address.isAnyLocalAddress() || address.isMulticastAddress()) {
                    throw new Refused();
                }
            }
        } catch (UnknownHostException unknown) {
            ConnectException none = new ConnectException();
            none.initCause(new UnresolvedAddressException());
            throw new CompletionException(none);
        }
    }
}
