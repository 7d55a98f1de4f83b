-- Appends a batch: all of it at once, and once only, however often it is sent.
--
-- KEYS[3] names     sorted set of the shard's channels, by name
-- KEYS[4] answer    what this batch was answered when it was sent before; outlives its deadline
-- then for each channel of the batch: its meta, its history
-- then for each idempotent draft: the key under which its first answer is remembered
--
-- ARGV[5] answer_ms, ARGV[6] dedupe_ms, ARGV[7] forget_ms   how long these are remembered
-- ARGV[8] length    of the log
-- ARGV[9] channels, ARGV[10] drafts   how many
-- then for each channel: its member in names, the size of its history, the age it may get
-- then for each draft: the channel's number, kind, timestamp, event
--   kind: e event, i idempotent event, w write of state, x idempotent write of state,
--   u idempotent write that changes nothing: only its id is remembered
--   and for a write: expected epoch (empty: chained to the write before it), expected offset, state (empty: deleted)
--
-- meta is a hash: generation, newest (offset), renewed (when its expiry was last set), size (of its history), resized
-- (when that was set to another), kept (until when, for the sake of durable subscriptions), and, while there is a state, state, state_at (offset), state_time. A channel's epoch is that of its shard and its generation.
--
-- Answers: false when the deadline has passed, else one text: a line with the channels' epochs, a line with an answer to
-- each draft (an offset, = and the first answer of a duplicate, ! and the channel's number for a conflict), and then, to
-- each channel with a conflict, its number and head.

local function heads(answer)
  local found, seen = {}, {}
  for number in string.gmatch(answer, '!(%d+)') do
    if not seen[number] then
      seen[number] = true
      local meta = call('HMGET', KEYS[3 + 2 * number], 'generation', 'newest', 'state_at', 'state_time', 'state')
      found[#found + 1] = { number, epoch .. '-' .. (meta[1] or ''), meta[2], meta[3], meta[4], meta[5] }
    end
  end
  return found
end

local earlier = call('GET', KEYS[4])
if earlier then
  return { epoch, sequence, now, earlier, heads(earlier) }
end
if now > deadline then
  return { epoch, sequence, now, false }
end

local dedupe_ms, forget_ms, length = ARGV[6], ARGV[7], ARGV[8]
local channel_count, draft_count = tonumber(ARGV[9]), tonumber(ARGV[10])
local at = 11

local channels, epochs = {}, {}
for i = 1, channel_count do
  local meta, history = KEYS[3 + 2 * i], KEYS[4 + 2 * i]
  local fields = call('HMGET', meta, 'generation', 'newest', 'renewed', 'state_at', 'size', 'kept')
  local generation = fields[1]
  if not generation then
    generation = token
    call('DEL', history)
  end
  local newest = tonumber(fields[2] or 0)
  channels[i] = {
    meta = meta,
    history = history,
    generation = generation,
    unknown = not fields[1],
    epoch = epoch .. '-' .. generation,
    newest = newest,
    before = newest,
    renewed = tonumber(fields[3] or 0),
    state_at = tonumber(fields[4] or 0),
    sized = fields[5],
    kept = tonumber(fields[6] or 0),
    member = ARGV[at],
    size = ARGV[at + 1],
    age = tonumber(ARGV[at + 2]),
  }
  epochs[i] = channels[i].epoch
  at = at + 3
end

local log, dedupe = KEYS[2], 4 + 2 * channel_count
local answers = {}

for i = 1, draft_count do
  local c, kind, timestamp, event = channels[tonumber(ARGV[at])], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local idempotent, writes = kind == 'i' or kind == 'x' or kind == 'u', kind == 'w' or kind == 'x' or kind == 'u'
  local first, holds, state = false, true, nil
  if idempotent then
    dedupe = dedupe + 1
    first = call('GET', KEYS[dedupe])
  end
  if writes then
    if first then
      -- What was computed on top of this write, which is not made again, has to be computed anew.
      holds = false
    elseif ARGV[at + 4] == '' then
      holds = c.holds == true
    else
      holds = ARGV[at + 4] == c.epoch and tonumber(ARGV[at + 5]) == c.state_at
    end
    c.holds = holds
    state = ARGV[at + 6]
  end

  if first then
    answers[i] = '=' .. first
  elseif not holds then
    answers[i] = '!' .. ARGV[at]
  elseif kind == 'u' then
    local newest = c.epoch .. ':' .. c.newest .. ':' .. timestamp
    call('SET', KEYS[dedupe], newest, 'PX', dedupe_ms)
    answers[i] = '=' .. newest
  else
    local offset = c.newest + 1
    sequence = sequence + 1
    c.newest = offset
    call('XADD', log, 'MAXLEN', '~', length, sequence .. '-' .. offset, c.epoch, event)
    if c.size ~= '0' then
      call('XADD', c.history, 'MAXLEN', '~', c.size, offset .. '-' .. timestamp, sequence, event)
    end
    if writes then
      c.state, c.state_at, c.state_time = state, state == '' and 0 or offset, timestamp
    end
    if idempotent then
      call('SET', KEYS[dedupe], c.epoch .. ':' .. offset .. ':' .. timestamp, 'PX', dedupe_ms)
    end
    answers[i] = offset
  end
  at = at + (writes and 7 or 4)
end

for i = 1, channel_count do
  local c = channels[i]
  if c.newest > c.before then
    call('HSET', c.meta, 'generation', c.generation, 'newest', c.newest)
    if c.sized ~= c.size then
      call('HSET', c.meta, 'size', c.size, 'resized', c.before == 0 and 0 or now)
    end
    if c.before == 0 then
      call('ZADD', KEYS[3], 0, c.member)
    end
    if c.state == '' then
      call('HDEL', c.meta, 'state', 'state_at', 'state_time')
    elseif c.state then
      call('HSET', c.meta, 'state', c.state, 'state_at', c.state_at, 'state_time', c.state_time)
      call('PERSIST', c.meta)
    end
    -- Seldom: set for longer than needed, and again only when what is left might become too short.
    if c.state == '' or c.renewed == 0 or now - c.renewed >= c.age then
      call('HSET', c.meta, 'renewed', now)
      call('PEXPIRE', c.history, math.max(1000, 2 * c.age))
      if c.state_at == 0 then
        call('PEXPIRE', c.meta, math.max(forget_ms + 2 * c.age, c.kept - now))
      end
    end
  elseif c.unknown then
    call('HSET', c.meta, 'generation', c.generation, 'newest', 0)
    call('PEXPIRE', c.meta, forget_ms)
  end
end
call('HSET', KEYS[1], 'sequence', sequence)

local answer = table.concat(epochs, ' ') .. '\n' .. table.concat(answers, ' ')
call('SET', KEYS[4], answer, 'PX', ARGV[5])
return { epoch, sequence, now, answer, heads(answer) }
