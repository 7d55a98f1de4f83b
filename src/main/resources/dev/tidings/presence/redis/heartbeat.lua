-- Renews an instance's lease, and removes members of instances whose leases have run out. Only one that has itself been heard
-- of for as long as a lease lasts does that: after Redis was gone for all, all are given the time to come back.
--
-- ARGV[2] instance, ARGV[3] lease in ms, ARGV[4] for how long it has been heard of without a break, in ms
-- ARGV[5] most      how many members to remove
--
-- Answers thirdly how many members the instance has, -1 when it is not known; fourthly 1 when there is more to be removed.
local instance, lease, steady, most = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if call('SISMEMBER', LIVE, instance) == 0 then
  return { epoch, text(sequence), -1, 0 }
end
call('ZADD', LEASES, now, instance)

local function all_of(owner)
  return OWNERS, '[' .. owner .. '|', '[' .. owner .. '|\255'
end

local more = 0
if steady >= lease then
  local dead = call('ZRANGEBYSCORE', LEASES, '-inf', '(' .. text(now - lease), 'LIMIT', 0, 1)[1]
  if dead then
    call('SREM', LIVE, dead)
    local key, from, to = all_of(dead)
    local owned = call('ZRANGEBYLEX', key, from, to, 'LIMIT', 0, most)
    for _, each in ipairs(owned) do
      local entry = find(string.sub(each, #dead + 2))
      call('ZREM', OWNERS, each)
      if entry then
        call('ZREM', PRESENT, entry)
        tell('reaped', entry)
      end
    end
    if #owned < most then
      call('ZREM', LEASES, dead)
    end
    more = 1
  end
end
return { epoch, text(sequence), call('ZLEXCOUNT', all_of(instance)), more }
