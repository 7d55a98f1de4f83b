-- How every script begins; put before it when it is loaded.
--
-- KEYS[1] meta     hash: epoch, sequence (of the newest change)
-- KEYS[2] changes  stream of the newest changes, each under the id sequence-0; field: joined, left or reaped; value: the entry
-- KEYS[3] present  sorted set of entries, all of score 0: <tenant>:<channel>|<connection>|<instance>|<details>
-- KEYS[4] owners   sorted set, all of score 0: <instance>|<tenant>:<channel>|<connection>|
-- KEYS[5] leases   sorted set of instances, by when they were last heard of, in ms
-- KEYS[6] live     set of the instances that may change something
--
-- ARGV[1] token    never used before: an epoch, should one be needed
--
-- Every answer begins with epoch and sequence. A new epoch begins when there is none, with nothing left of what was there;
-- its numbers begin at the time in microseconds, which no shard overtakes: they never go back.

local call = redis.call
local META, CHANGES, PRESENT, OWNERS, LEASES, LIVE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]

-- Changes kept for instances that lag.
local LENGTH = 20000

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function text(number)
  return string.format('%.0f', number)
end

local meta = call('HMGET', META, 'epoch', 'sequence')
local epoch, sequence = meta[1], tonumber(meta[2] or 0)
if not epoch then
  epoch, sequence = ARGV[1], time[1] * 1000000 + time[2]
  call('DEL', CHANGES, PRESENT, OWNERS, LEASES, LIVE)
  call('HSET', META, 'epoch', epoch, 'sequence', text(sequence))
end

local function find(place)
  return call('ZRANGEBYLEX', PRESENT, '[' .. place, '[' .. place .. '\255', 'LIMIT', 0, 1)[1]
end

local function tell(kind, entry)
  sequence = sequence + 1
  call('XADD', CHANGES, 'MAXLEN', '~', LENGTH, text(sequence) .. '-0', kind, entry)
  call('HSET', META, 'sequence', text(sequence))
end
