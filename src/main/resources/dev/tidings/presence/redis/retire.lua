-- An instance ends: the others need not wait for its lease to run out.
--
-- ARGV[2] instance
if call('SREM', LIVE, ARGV[2]) == 1 then
  call('ZADD', LEASES, 'XX', 0, ARGV[2])
end
return { epoch, text(sequence) }
