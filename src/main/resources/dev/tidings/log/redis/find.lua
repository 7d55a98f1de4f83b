-- A position that a durable subscription has acknowledged, and how many of its subject's are in this shard.
--
-- KEYS[3] durable   hash of a subject's positions in the shard's channels, each under <name>|<channel>:
--                   <offset> <when somebody came for it last> <epoch>
-- ARGV[5] keep_ms   how long one is kept that nobody comes for
-- ARGV[6] field     which; empty for none
--
-- Answers the position, false if there is none, and the number.

local oldest = now - ARGV[5]
local found, count = false, 0
local fields = call('HGETALL', KEYS[3])
for i = 1, #fields, 2 do
  if tonumber(string.match(fields[i + 1], '^%d+ (%d+)')) >= oldest then
    count = count + 1
    if fields[i] == ARGV[6] then
      found = fields[i + 1]
    end
  end
end
return { epoch, sequence, now, found, count }
