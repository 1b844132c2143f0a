-- Who may ask what. No entries, so not in the ledger, of which every bit follows from them. A key itself is nowhere.

CREATE TABLE api_keys (
  site TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  -- SHA-256 of the whole key
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  -- JSON list
  scopes TEXT NOT NULL,
  name TEXT,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  -- to the minute
  last_used_at INTEGER,
  PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER api_keys_stay BEFORE UPDATE ON api_keys
  WHEN OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at
    OR NEW.id <> OLD.id OR NEW.site <> OLD.site OR NEW.hash <> OLD.hash OR NEW.scopes <> OLD.scopes
  BEGIN SELECT RAISE(ABORT, 'a key is revoked for ever, and never becomes another'); END;
