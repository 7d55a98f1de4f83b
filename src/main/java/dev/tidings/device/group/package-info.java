/**
 * Groups of devices: who is in one, changing all of it, and their changes as one channel.
 *
 * <p>Who is in a group is state in a channel of a tenant that no token can name: else whoever may publish there could have
 * changes told to others that these may not see. What happens to members is told in {@code group:ID} of the tenant itself.
 */
@NullMarked
package dev.tidings.device.group;

import org.jspecify.annotations.NullMarked;
