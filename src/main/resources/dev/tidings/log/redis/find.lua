-- A position that a durable subscription has acknowledged, or how many positions its subject has in this shard.
--
-- KEYS[3] durable   hash of a subject's positions in the shard's channels, each under <name>|<channel>:
--                   <offset> <when somebody came for it last> <epoch>
-- ARGV[5] keep_ms   how long one is kept that nobody comes for
-- ARGV[6] field     which; empty for the number
--
-- Answers the position, false if there is none; or the number.

local oldest = now - ARGV[5]

local function is_kept(position)
  return position and tonumber(string.match(position, '^%d+ (%d+)')) >= oldest
end

if ARGV[6] ~= '' then
  local found = call('HGET', KEYS[3], ARGV[6])
  return { epoch, sequence, now, is_kept(found) and found }
end

local count = 0
for _, position in ipairs(call('HVALS', KEYS[3])) do
  if is_kept(position) then
    count = count + 1
  end
end
return { epoch, sequence, now, count }
