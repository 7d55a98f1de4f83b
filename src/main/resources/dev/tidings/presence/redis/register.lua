-- Takes an instance in. What the one it was before still has under way is not taken any more; its members are the other's as
-- soon as that announces them, and what it does not announce goes with the lease.
--
-- ARGV[2] instance, ARGV[3] what it was before; empty when nothing
call('SADD', LIVE, ARGV[2])
call('ZADD', LEASES, now, ARGV[2])
call('SREM', LIVE, ARGV[3])
return { epoch, text(sequence) }
