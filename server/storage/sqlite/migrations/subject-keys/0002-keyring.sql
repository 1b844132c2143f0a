-- The master key wraps the secrets of the keyring and nothing else; these wrap the subject keys. So the master key can
-- be changed, or live in a service, and a subject key is still opened here and at once.

CREATE TABLE keyring (
  purpose TEXT NOT NULL CHECK (purpose IN ('subject-keys', 'blind-index')),
  generation INTEGER NOT NULL CHECK (generation > 0),
  -- counts the master keys: while one follows another, each secret is wrapped under both
  wrapping INTEGER NOT NULL CHECK (wrapping > 0),
  -- id of the master key
  provider TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (purpose, generation, wrapping)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER keyring_no_update BEFORE UPDATE ON keyring
  BEGIN SELECT RAISE(ABORT, 'secrets of the keyring are never changed'); END;

-- What was wrapped under the master key itself is the first generation: the keyring is filled so that nothing of it has
-- to be written again. From then on master_key is empty.
ALTER TABLE subject_keys ADD COLUMN generation INTEGER NOT NULL DEFAULT 1 CHECK (generation > 0);

DROP TRIGGER subject_keys_no_update;
CREATE TRIGGER subject_keys_no_update BEFORE UPDATE ON subject_keys
  WHEN NEW.site <> OLD.site OR NEW.subject <> OLD.subject OR NEW.generation <= OLD.generation
  BEGIN SELECT RAISE(ABORT, 'subject keys are wrapped anew under a newer generation, or destroyed, never changed'); END;
