-- Makes members present, or ends it. Doing so again changes nothing.
--
-- ARGV[2] instance, then for each member: its place, <tenant>:<channel>|<connection>|, and its details; empty: it leaves
--
-- Answers thirdly 1; 0 when the instance is not known, and nothing was changed.
local instance = ARGV[2]
if call('SISMEMBER', LIVE, instance) == 0 then
  return { epoch, text(sequence), 0 }
end
for i = 3, #ARGV, 2 do
  local place, details = ARGV[i], ARGV[i + 1]
  local entry = find(place)
  local owner = entry and string.match(entry, '^[^|]*', #place + 1)
  if details == '' then
    if entry then
      call('ZREM', PRESENT, entry)
      call('ZREM', OWNERS, owner .. '|' .. place)
      tell('left', entry)
    end
  elseif not entry then
    entry = place .. instance .. '|' .. details
    call('ZADD', PRESENT, 0, entry)
    call('ZADD', OWNERS, 0, instance .. '|' .. place)
    tell('joined', entry)
  elseif owner ~= instance then
    call('ZREM', PRESENT, entry)
    call('ZADD', PRESENT, 0, place .. instance .. string.sub(entry, #place + #owner + 1))
    call('ZREM', OWNERS, owner .. '|' .. place)
    call('ZADD', OWNERS, 0, instance .. '|' .. place)
  end
end
return { epoch, text(sequence), 1 }
