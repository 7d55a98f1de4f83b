-- The heads of channels that have a name in the shard; takes the names of those that have been forgotten away.
--
-- KEYS[3] names, then for each channel: its meta, its history   as in append.lua
-- then in ARGV from the 5th on for each channel: its member in names, the size of its history, the oldest timestamp
--
-- Answers for each channel epoch, newest, state_at, state_time, state; false when it holds neither events nor a state.

local answers = {}
for i = 1, (#KEYS - 3) / 2 do
  local at = 2 + 3 * i
  local meta = call('HMGET', KEYS[2 + 2 * i], 'generation', 'newest', 'state_at', 'state_time', 'state')
  answers[i] = false
  if not meta[1] then
    call('ZREM', KEYS[3], ARGV[at])
  else
    local holds = meta[5]
    if not holds and ARGV[at + 1] ~= '0' then
      local last = call('XREVRANGE', KEYS[3 + 2 * i], '+', '-', 'COUNT', 1)[1]
      holds = last and tonumber(string.match(last[1], '-(%d+)')) >= tonumber(ARGV[at + 2])
    end
    if holds then
      answers[i] = { epoch .. '-' .. meta[1], meta[2], meta[3], meta[4], meta[5] }
    end
  end
end
return { epoch, sequence, now, answers }
