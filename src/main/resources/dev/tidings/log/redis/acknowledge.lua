-- Moves positions of durable subscriptions forward, and keeps them for as long again.
--
-- KEYS from the 3rd on, for each position: durable as in find.lua, and its channel's meta as in append.lua
-- ARGV[5] keep_ms, then for each: field, offset, epoch
--
-- One of another epoch than what is kept counts only when it is the channel's epoch now.

local at = 6
for i = 3, #KEYS, 2 do
  local field, offset, given = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local kept = call('HGET', KEYS[i], field)
  if kept then
    local before, own = string.match(kept, '^(%d+) %d+ (.*)$')
    local behind = own == given and tonumber(before) > tonumber(offset)
    if behind or (own ~= given and given ~= epoch .. '-' .. (call('HGET', KEYS[i + 1], 'generation') or '')) then
      offset, given = before, own
    end
  end
  call('HSET', KEYS[i], field, offset .. ' ' .. string.format('%.0f', now) .. ' ' .. given)
  call('PEXPIRE', KEYS[i], ARGV[5])
  keep(KEYS[i + 1], tonumber(ARGV[5]))
  at = at + 3
end
return { epoch, sequence, now }
