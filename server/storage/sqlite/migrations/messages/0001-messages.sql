-- What went out to people and what came in from them. No entries, so not in the ledger, of which every bit follows from
-- them; rows about a person go with the person.

CREATE TABLE messages (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  subject TEXT NOT NULL,
  channel TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
  -- what it is for: confirm, welcome, stopped, help, preferences, or the keyword that came in
  kind TEXT NOT NULL,
  program TEXT,
  -- id of the entry it follows from, or that follows from it
  entry TEXT,
  -- epoch milliseconds
  at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('due', 'sent', 'failed', 'received')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- when it is to be tried, while it is due
  due_at INTEGER,
  -- what the provider calls it
  provider_id TEXT,
  fault TEXT,
  -- sealed under the subject's key: the address, and of what went out the words
  sealed BLOB,
  PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX messages_due ON messages (due_at) WHERE state = 'due';
CREATE INDEX messages_of_subject ON messages (site, subject, at);

-- What a link that was sent stands for. The token itself is nowhere but in the message.
CREATE TABLE tokens (
  site TEXT NOT NULL,
  -- SHA-256
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  subject TEXT NOT NULL,
  channel TEXT NOT NULL,
  program TEXT,
  -- id of the entry it was sent for
  entry TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (site, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_of_subject ON tokens (site, subject);
CREATE INDEX tokens_by_entry ON tokens (site, entry);

-- When something last came in at a sender of the owner's: silence means that answers are getting lost.
CREATE TABLE heard (
  site TEXT NOT NULL,
  -- address of the sender
  sender TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, sender)
) STRICT, WITHOUT ROWID;

-- How far each follower has read a site's log: the log itself is the queue of what has still to be done.
CREATE TABLE cursors (
  site TEXT NOT NULL,
  follower TEXT NOT NULL,
  -- index of the next entry
  next INTEGER NOT NULL,
  PRIMARY KEY (site, follower)
) STRICT, WITHOUT ROWID;
