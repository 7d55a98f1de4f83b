-- Where the shard stands; gives it an epoch if it has none.
--
-- ARGV[5] told, ARGV[6] digest   may be missing: the id of the newest entry of the log that the caller has told its followers,
--                                and the SHA-1 of its event
--
-- A master that does not know yet that a replica has taken its place goes on giving out numbers, and so does the replica. Whoever
-- followed the one that is given up finds other events under the numbers that it has told: a new epoch begins. An entry that
-- is not there any more tells nothing.
if ARGV[5] and epoch == known then
  local number = string.match(ARGV[5], '^%d+')
  local entry = call('XRANGE', KEYS[2], number .. '-0', number .. '-18446744073709551615', 'COUNT', 1)[1]
  if entry and (entry[1] ~= ARGV[5] or redis.sha1hex(entry[2][2]) ~= ARGV[6]) then
    begin()
  end
end
return { epoch, sequence, now }
