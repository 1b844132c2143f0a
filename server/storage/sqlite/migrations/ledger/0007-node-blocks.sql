-- Sixteen neighbouring hashes to a row, the leaves' among them: a proof reads one row of each level it needs, wherever in
-- the file they lie. A projection of entries: follows from them and can be made again.

-- With a rowid, as entries have one: half a kilobyte a row is too fat for the inner pages of WITHOUT ROWID.
CREATE TABLE node_blocks (
  site TEXT NOT NULL,
  -- level 0 are the leaves; a node of any other is the root of 16 ** level entries
  level INTEGER NOT NULL CHECK (level >= 0),
  -- counts the blocks of a level
  n INTEGER NOT NULL CHECK (n >= 0),
  -- 32 bytes each; the last block of a level grows
  hashes BLOB NOT NULL,
  PRIMARY KEY (site, level, n)
) STRICT;

INSERT INTO node_blocks (site, level, n, hashes)
SELECT site, 0, idx / 16, unhex(group_concat(hex(leaf), '' ORDER BY idx)) FROM entries GROUP BY site, idx / 16;

INSERT INTO node_blocks (site, level, n, hashes)
SELECT site, level, n / 16, unhex(group_concat(hex(hash), '' ORDER BY n)) FROM nodes GROUP BY site, level, n / 16;

DROP TABLE nodes;
