-- The blind index: leads from an address, which is kept nowhere, to its random subject. Deletable, as all that hangs on
-- a person; the entries of the subject stay, and nothing leads to them any more.

CREATE TABLE addresses (
  site TEXT NOT NULL,
  -- HMAC of channel and address under a key derived from the master key
  blind BLOB NOT NULL,
  subject TEXT NOT NULL,
  -- HMAC of this row under the same key: a row pointed at another subject shows
  tie BLOB NOT NULL,
  PRIMARY KEY (site, blind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER addresses_no_update BEFORE UPDATE ON addresses
  BEGIN SELECT RAISE(ABORT, 'addresses are deleted, never changed'); END;
CREATE TRIGGER addresses_no_replace BEFORE INSERT ON addresses
  WHEN EXISTS (SELECT 1 FROM addresses WHERE site = NEW.site AND blind = NEW.blind)
  BEGIN SELECT RAISE(ABORT, 'addresses are deleted, never changed'); END;
