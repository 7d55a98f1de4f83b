-- Looks through a page of the shard's log for the events of some channels.
--
-- ARGV[5] from, ARGV[6] to   sequence numbers: after the one, up to the other; an empty to stands for the newest
-- ARGV[7] count              entries to look at
-- ARGV[8] head               bytes that an event must begin with
-- ARGV[9] gap, ARGV[10] tail   so many bytes further on it must go on with these
--
-- Answers whether nothing after from is missing (1 or 0), the last sequence number looked at, and the entries found.

local from, to = tonumber(ARGV[5]), tonumber(ARGV[6]) or sequence
local head, tail = ARGV[8], ARGV[10]
if from > sequence then
  return { epoch, sequence, now, 0, from, {} }
end
if from >= to then
  return { epoch, sequence, now, 1, from, {} }
end

local page = call('XRANGE', KEYS[2], from + 1, to, 'COUNT', ARGV[7])
if not page[1] or tonumber(string.match(page[1][1], '^%d+')) ~= from + 1 then
  return { epoch, sequence, now, 0, from, {} }
end

local head_end, tail_begin = #head, #head + ARGV[9] + 1
local tail_end = tail_begin + #tail - 1
local found = {}
for i = 1, #page do
  local event = page[i][2][2]
  if string.sub(event, 1, head_end) == head and string.sub(event, tail_begin, tail_end) == tail then
    found[#found + 1] = page[i]
  end
end
return { epoch, sequence, now, 1, from + #page, found }
