-- Whom events of a site are posted to, and how that went. No entries: what is posted is read from the log each time, so
-- nothing of a person is here.

CREATE TABLE hooks (
  site TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  recipient TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('processor', 'controller')),
  -- JSON lists; channels: NULL is each
  purposes TEXT NOT NULL,
  programs TEXT NOT NULL,
  channels TEXT,
  fields TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'removed')),
  -- why it is paused
  why TEXT,
  -- index of the next entry it is to be told of
  next_index INTEGER NOT NULL CHECK (next_index >= 0),
  -- failed attempts in a row, since when, and not before when it is tried again
  failures INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  not_before INTEGER,
  -- wrapped under a key derived from the keyring; none once it is removed
  secret BLOB,
  -- signs beside the other until then
  former_secret BLOB,
  former_until INTEGER,
  PRIMARY KEY (site, id),
  CHECK ((secret IS NULL) = (state = 'removed')),
  CHECK ((former_secret IS NULL) = (former_until IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER hooks_stay BEFORE UPDATE ON hooks
  WHEN OLD.state = 'removed' AND NEW.state <> 'removed'
    OR NEW.id <> OLD.id OR NEW.site <> OLD.site OR NEW.url <> OLD.url OR NEW.recipient <> OLD.recipient
    OR NEW.role <> OLD.role OR NEW.purposes <> OLD.purposes OR NEW.programs <> OLD.programs
    OR NEW.channels IS NOT OLD.channels OR NEW.fields <> OLD.fields
  BEGIN SELECT RAISE(ABORT, 'a hook never becomes another: remove it and add one'); END;

CREATE TABLE deliveries (
  site TEXT NOT NULL,
  hook TEXT NOT NULL,
  -- counts the attempts of one hook
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  message TEXT NOT NULL,
  event TEXT NOT NULL,
  entry INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  milliseconds INTEGER NOT NULL,
  -- HTTP status; none where nobody answered
  status INTEGER,
  -- none where it was delivered
  fault TEXT,
  PRIMARY KEY (site, hook, n)
) STRICT, WITHOUT ROWID;
