-- Has a channel's numbering remembered for as long as a position in it; or it would restart while the channel is quiet.
--
-- meta is the channel's, as in append.lua. Written seldom: when what is left has become much shorter.

local function keep(meta, keep_ms)
  local fields = call('HMGET', meta, 'generation', 'kept')
  local until_ms = now + keep_ms
  if fields[1] and until_ms - tonumber(fields[2] or 0) > keep_ms / 16 then
    call('HSET', meta, 'kept', string.format('%.0f', until_ms + keep_ms / 16))
    local left = call('PTTL', meta)
    if left >= 0 and left < keep_ms * 17 / 16 then
      call('PEXPIRE', meta, math.ceil(keep_ms * 17 / 16))
    end
  end
end

