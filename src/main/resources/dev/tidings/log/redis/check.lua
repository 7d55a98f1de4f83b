-- Where the shard stands; gives it an epoch if it has none.
return { epoch, sequence, now }
