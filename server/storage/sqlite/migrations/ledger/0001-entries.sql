-- One log per site. Every key begins with the site, and no index of an entry ever comes from a sequence.

CREATE TABLE logs (
  site TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL CHECK (size >= 0),
  -- 32-byte roots of the complete subtrees the tree is made of, the largest first
  frontier BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- With a rowid: half a kilobyte a row is too fat for the inner pages of WITHOUT ROWID, which held seven each.
CREATE TABLE entries (
  site TEXT NOT NULL,
  idx INTEGER NOT NULL CHECK (idx >= 0),
  -- canonical JSON of the public part: the bytes of the leaf
  entry TEXT NOT NULL,
  leaf BLOB NOT NULL,
  PRIMARY KEY (site, idx)
) STRICT;

CREATE TABLE entry_ids (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;

-- What may be deleted: erasing a person deletes their rows here, and leaves every leaf and proof as it is.
CREATE TABLE private_parts (
  site TEXT NOT NULL,
  idx INTEGER NOT NULL,
  subject TEXT NOT NULL,
  salt BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (site, idx),
  FOREIGN KEY (site, idx) REFERENCES entries (site, idx)
) STRICT, WITHOUT ROWID;

-- Roots of complete subtrees of 16 ** level entries.
CREATE TABLE nodes (
  site TEXT NOT NULL,
  level INTEGER NOT NULL CHECK (level > 0),
  n INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (site, level, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE texts (
  site TEXT NOT NULL,
  hash TEXT NOT NULL,
  kind TEXT NOT NULL,
  language TEXT,
  body BLOB NOT NULL,
  PRIMARY KEY (site, hash)
) STRICT;

CREATE TABLE checkpoints (
  site TEXT NOT NULL,
  size INTEGER NOT NULL,
  -- C2SP tlog-checkpoint
  note TEXT NOT NULL,
  PRIMARY KEY (site, size),
  FOREIGN KEY (site) REFERENCES logs (site)
) STRICT, WITHOUT ROWID;

-- Projections: follow from the entries and can be made again from them.

CREATE TABLE subjects (
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  last_index INTEGER NOT NULL,
  -- JSON: purpose -> where the subject stands
  standing TEXT NOT NULL,
  PRIMARY KEY (site, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE publications (
  site TEXT NOT NULL,
  idx INTEGER NOT NULL,
  configuration TEXT NOT NULL,
  PRIMARY KEY (site, idx),
  FOREIGN KEY (site, idx) REFERENCES entries (site, idx)
) STRICT, WITHOUT ROWID;

-- Append-only by the database itself, whoever is connected. The insert triggers stop INSERT OR REPLACE, which would
-- delete a row without firing its delete trigger.

CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
  WHEN EXISTS (SELECT 1 FROM entries WHERE site = NEW.site AND idx = NEW.idx)
  BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

CREATE TRIGGER texts_no_update BEFORE UPDATE ON texts BEGIN SELECT RAISE(ABORT, 'texts are append-only'); END;
CREATE TRIGGER texts_no_delete BEFORE DELETE ON texts BEGIN SELECT RAISE(ABORT, 'texts are append-only'); END;
CREATE TRIGGER texts_no_replace BEFORE INSERT ON texts
  WHEN EXISTS (SELECT 1 FROM texts WHERE site = NEW.site AND hash = NEW.hash)
  BEGIN SELECT RAISE(ABORT, 'texts are append-only'); END;

CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoints_no_replace BEFORE INSERT ON checkpoints
  WHEN EXISTS (SELECT 1 FROM checkpoints WHERE site = NEW.site AND size = NEW.size)
  BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;

CREATE TRIGGER private_parts_no_update BEFORE UPDATE ON private_parts
  BEGIN SELECT RAISE(ABORT, 'private parts are deleted, never changed'); END;
