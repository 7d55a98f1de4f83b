-- How every script begins; put before it when it is loaded.
--
-- KEYS[1] shard     hash: epoch, sequence
-- KEYS[2] log       stream of the shard's newest events, each under the id sequence-offset
--
-- ARGV[1] token     never used before: an epoch or generation, should one be needed
-- ARGV[2] known     the shard's epoch as the caller knows it
-- ARGV[3] seen      the newest sequence number that the caller knows to have been given out in that epoch
-- ARGV[4] deadline  in ms by this server's clock: the caller does not wait for the answer any longer
--
-- Every answer begins with epoch, sequence and this server's time. Whatever happened to the data - the server came back
-- empty, or a replica that had not got everything took its place - no script goes on under an epoch in which a sequence
-- number could be given out twice. Across epochs the numbers never go back either, for a new epoch begins at the time in
-- ms, which no shard overtakes: so whoever waits for what comes after a number of the old epoch is woken by the new one.

local call = redis.call
local token, known, seen, deadline = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local shard = call('HMGET', KEYS[1], 'epoch', 'sequence')
local epoch, sequence = shard[1], tonumber(shard[2] or 0)

local function begin()
  epoch, sequence = token, math.max(now, sequence, seen)
  call('DEL', KEYS[2])
  call('HSET', KEYS[1], 'epoch', epoch, 'sequence', sequence)
end

if not epoch or (epoch == known and sequence < seen) then
  begin()
end
