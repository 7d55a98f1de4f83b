-- Reads a channel: its head and a part of its history.
--
-- KEYS[3] meta, KEYS[4] history   as in append.lua
--
-- ARGV[5] unused_ms, ARGV[6] forget_ms   how long a channel is remembered that was never used, or that was
-- ARGV[7] size      of the history; only the newest so many count as retained
-- ARGV[8] cutoff    timestamp; what is older does not count as retained
-- ARGV[9] reach, ARGV[10] number         where the reader wants to begin: see from
-- ARGV[11] fetch, ARGV[12] number        where the events wanted begin; none for no events
-- ARGV[13] since    epoch that the places above are in; empty for any. In another epoch everything is wanted
-- ARGV[14] before epoch, ARGV[15] before offset   where the events wanted end, exclusive; empty for no such end
-- ARGV[16] count    of events wanted; 0 for all
-- ARGV[17] reverse  1: newest first
--
-- Answers the channel's epoch, newest, state_at, state_time, state; the id of the event that the reader wants to begin
-- with, false if it is not there; the events, of which some may be too old to count; and when the size last changed.

local size, cutoff = tonumber(ARGV[7]), tonumber(ARGV[8])
local meta = call('HMGET', KEYS[3], 'generation', 'newest', 'state_at', 'state_time', 'state', 'resized', 'kept')
local generation, newest = meta[1], tonumber(meta[2] or 0)
if not generation then
  -- Never used, or forgotten: it has the epoch that its first event will have.
  generation = token
  call('HSET', KEYS[3], 'generation', generation, 'newest', 0)
  call('DEL', KEYS[4])
end
if newest == 0 or not meta[5] then
  call('PEXPIRE', KEYS[3], math.max(newest == 0 and ARGV[5] or ARGV[6], (meta[7] or 0) - now))
end

local own = epoch .. '-' .. generation
local oldest = math.max(1, newest - size + 1)

-- The first offset wanted: the one after a number, or that of the last so many up to an end.
local function from(kind, number, last)
  if kind == 'last' then
    return math.max(1, last - number + 1)
  end
  return number + 1
end

local first = false
if ARGV[9] ~= 'none' then
  local point = from(ARGV[9], tonumber(ARGV[10]), newest)
  if point >= oldest and point <= newest then
    local entry = call('XRANGE', KEYS[4], point, point)[1]
    first = entry and entry[1] or false
  end
end

local entries = {}
if ARGV[11] ~= 'none' then
  local last = newest
  if ARGV[14] ~= '' then
    last = ARGV[14] == own and math.min(newest, ARGV[15] - 1) or 0
  end
  local start = 1
  if ARGV[13] == '' or ARGV[13] == own then
    start = from(ARGV[11], tonumber(ARGV[12]), last)
  end
  start = math.max(oldest, start)
  local count = tonumber(ARGV[16])
  if start > last then
    entries = {}
  elseif ARGV[17] == '1' and count > 0 then
    entries = call('XREVRANGE', KEYS[4], last, start, 'COUNT', count)
  elseif ARGV[17] == '1' then
    entries = call('XREVRANGE', KEYS[4], last, start)
  else
    entries = count > 0 and call('XRANGE', KEYS[4], start, last, 'COUNT', count) or nil
    -- The count is of events that are retained: begin counting after those that are too old.
    local oldestTime = entries and entries[1] and tonumber(string.match(entries[1][1], '-(%d+)'))
    if not entries or (oldestTime and oldestTime < cutoff) then
      entries = call('XRANGE', KEYS[4], start, last)
    end
  end
end

return { epoch, sequence, now, own, newest, meta[3], meta[4], meta[5], first, entries, meta[6] or 0 }
