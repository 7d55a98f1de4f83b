-- Keeps a position for a durable subscription, unless there is one already; takes those away that are kept no longer.
--
-- KEYS[3] durable, ARGV[5] keep_ms, ARGV[6] field   as in find.lua
-- KEYS[4] meta      of the channel, as in append.lua
-- ARGV[7] offset, ARGV[8] epoch   where it begins
-- ARGV[9] most      how many the subject may have in this shard
--
-- Answers the position that is kept now; false when there would be too many.

local oldest = now - ARGV[5]
local found, count = false, 0
local fields = call('HGETALL', KEYS[3])
for i = 1, #fields, 2 do
  if tonumber(string.match(fields[i + 1], '^%d+ (%d+)')) < oldest then
    call('HDEL', KEYS[3], fields[i])
  else
    count = count + 1
    if fields[i] == ARGV[6] then
      found = fields[i + 1]
    end
  end
end
if not found and count < tonumber(ARGV[9]) then
  found = ARGV[7] .. ' ' .. string.format('%.0f', now) .. ' ' .. ARGV[8]
  call('HSET', KEYS[3], ARGV[6], found)
  call('PEXPIRE', KEYS[3], ARGV[5])
  keep(KEYS[4], tonumber(ARGV[5]))
end
return { epoch, sequence, now, found }
