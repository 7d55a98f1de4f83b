-- A page of the names of the shard's channels, in their order.
--
-- KEYS[3] names   as in append.lua
-- ARGV[5] from, ARGV[6] to, ARGV[7] limit   of ZRANGEBYLEX
return { epoch, sequence, now, call('ZRANGEBYLEX', KEYS[3], ARGV[5], ARGV[6], 'LIMIT', 0, ARGV[7]) }
