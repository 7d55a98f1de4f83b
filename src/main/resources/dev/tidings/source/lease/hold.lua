-- Takes a lease, or renews it for who holds it already. Answers 1 when it was renewed, 2 when it was taken, else 0.
-- KEYS[1] the lease; ARGV[1] the caller's token; ARGV[2] how long it lasts, in ms
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return holder and 1 or 2
