package dev.tidings.connection;

import dev.tidings.event.Invalid;
import dev.tidings.log.Cursor;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes cursors unreadable to clients, and readable again on any instance that has the same key. A cursor holds how many
 * events all tenants together have made. Safe on any thread.
 */
public final class CursorSeal {
    /** Bytes of a key. */
    public static final int KEY_LENGTH = 32;

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private volatile @Nullable SecretKey key;

    /** From now on this key is used, the same on all instances. */
    public void use(byte[] secret) {
        key = new SecretKeySpec(secret, "AES");
    }

    /** False until there is a key: no cursor can be given or taken before. */
    public boolean isReady() {
        return key != null;
    }

    /** The cursor as a client of the tenant is given it. */
    Cursor seal(Cursor cursor, String tenant) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        byte[] sealed =
                run(Cipher.ENCRYPT_MODE, nonce, tenant, cursor.toString().getBytes(StandardCharsets.US_ASCII));
        byte[] whole = Arrays.copyOf(nonce, NONCE_LENGTH + sealed.length);
        System.arraycopy(sealed, 0, whole, NONCE_LENGTH, sealed.length);
        return Cursor.sealed(Base64.getUrlEncoder().withoutPadding().encodeToString(whole));
    }

    /** What was sealed for the tenant; as it came when it was not, or with another key: such a place is in no log. */
    Cursor open(Cursor sealed, String tenant) {
        try {
            byte[] whole = Base64.getUrlDecoder().decode(sealed.epoch());
            byte[] nonce = Arrays.copyOf(whole, NONCE_LENGTH);
            byte[] text =
                    run(Cipher.DECRYPT_MODE, nonce, tenant, Arrays.copyOfRange(whole, NONCE_LENGTH, whole.length));
            return Cursor.parse(new String(text, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException | Invalid foreign) {
            return sealed;
        }
    }

    private byte[] run(int mode, byte[] nonce, String tenant, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(tenant.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not sealed with this key", e);
        }
    }
}
