-- Apart from the ledger and its backups: what is destroyed here makes copies of sealed parts unreadable everywhere.

CREATE TABLE master_key (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  -- tells the right master key from another, and nothing else about it
  check_value BLOB NOT NULL
) STRICT;

CREATE TABLE subject_keys (
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- nonce, ciphertext and tag of the key under the master key
  wrapped BLOB NOT NULL,
  PRIMARY KEY (site, subject)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER subject_keys_no_update BEFORE UPDATE ON subject_keys
  BEGIN SELECT RAISE(ABORT, 'subject keys are destroyed, never changed'); END;
