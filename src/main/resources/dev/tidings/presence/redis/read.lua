-- Who is present in a channel.
--
-- ARGV[2] room, <tenant>:<channel>|   ARGV[3] the connection after which to begin; empty for the first   ARGV[4] limit
--
-- Answers thirdly how many are present, then entries, one more than the limit if there are as many.
local room, after, limit = ARGV[2], ARGV[3], tonumber(ARGV[4])
local from, to = '[' .. room, '[' .. room .. '\255'
local count = call('ZLEXCOUNT', PRESENT, from, to)
if after ~= '' then
  from = '(' .. room .. after .. '|\255'
end
local entries = limit > 0 and call('ZRANGEBYLEX', PRESENT, from, to, 'LIMIT', 0, limit + 1) or {}
return { epoch, text(sequence), count, entries }
