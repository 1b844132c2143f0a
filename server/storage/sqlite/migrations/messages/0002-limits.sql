-- So that nobody has others written to: how much went to an address, from a network, for a program.

-- keyed hash of the network that asked for it
ALTER TABLE messages ADD COLUMN source BLOB;

CREATE INDEX messages_due_of_site ON messages (site, due_at) WHERE state = 'due';
CREATE INDEX messages_of_kind ON messages (site, channel, kind, at);
CREATE INDEX messages_of_source ON messages (site, source, at) WHERE source IS NOT NULL;
CREATE INDEX messages_of_provider ON messages (site, provider_id) WHERE provider_id IS NOT NULL;
