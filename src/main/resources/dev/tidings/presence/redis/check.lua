-- Where the shard stands.
return { epoch, text(sequence) }
