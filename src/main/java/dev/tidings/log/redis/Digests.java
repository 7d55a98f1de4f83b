package dev.tidings.log.redis;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-1, which names scripts in Redis. */
final class Digests {
    private Digests() {}

    static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
