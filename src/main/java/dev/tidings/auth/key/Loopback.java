package dev.tidings.auth.key;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Tells this machine's own names and addresses from all others, without asking any name service. */
public final class Loopback {
    private static final Pattern IPV4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]*:[0-9a-f:.]*");

    private Loopback() {}

    /** @param host a name or an address, an IPv6 address with or without brackets, and no port */
    public static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        return name.equals("localhost") || IPV4.matcher(name).matches() || isLoopback6(name);
    }

    private static boolean isLoopback6(String address) {
        if (!IPV6.matcher(address).matches()) {
            return false;
        }
        try {
            // Only literals get here, and those are not looked up.
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
