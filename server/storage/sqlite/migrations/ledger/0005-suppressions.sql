-- What outlives an erasure: that this address said no to everything until the moment it was erased. It leads to no subject.

CREATE TABLE suppressions (
  site TEXT NOT NULL,
  -- as in addresses
  blind BLOB NOT NULL,
  -- a yes decided up to this moment permits nothing; epoch milliseconds
  at INTEGER NOT NULL,
  -- HMAC of this row under the site's key of the index: a moment that was changed shows
  tie BLOB NOT NULL,
  PRIMARY KEY (site, blind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER suppressions_only_forward BEFORE UPDATE ON suppressions
  WHEN NEW.site <> OLD.site OR NEW.blind <> OLD.blind OR NEW.at < OLD.at
  BEGIN SELECT RAISE(ABORT, 'suppressions stay, and move forward only'); END;
CREATE TRIGGER suppressions_no_delete BEFORE DELETE ON suppressions
  BEGIN SELECT RAISE(ABORT, 'suppressions stay, and move forward only'); END;
CREATE TRIGGER suppressions_no_replace BEFORE INSERT ON suppressions
  WHEN EXISTS (SELECT 1 FROM suppressions WHERE site = NEW.site AND blind = NEW.blind)
  BEGIN SELECT RAISE(ABORT, 'suppressions stay, and move forward only'); END;
