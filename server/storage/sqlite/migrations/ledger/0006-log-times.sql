-- Until when a beginning of the log had been recorded, so that the size of a log at a moment is found without reading it.
-- A projection of entries: follows from them and can be made again.

CREATE TABLE log_times (
  site TEXT NOT NULL,
  -- a multiple of 32
  size INTEGER NOT NULL CHECK (size > 0),
  -- the latest receivedAt of the first so many entries, epoch milliseconds
  latest INTEGER NOT NULL,
  PRIMARY KEY (site, size)
) STRICT, WITHOUT ROWID;

-- An entry that is no JSON is for verify to name, not for this to stop at.
INSERT INTO log_times (site, size, latest)
SELECT site, 32 * (block + 1), max(latest) OVER (PARTITION BY site ORDER BY block)
FROM (
  SELECT site, idx / 32 AS block, count(*) AS entries,
    max(CASE WHEN json_valid(entry) THEN CAST(entry ->> 'receivedAt' AS INTEGER) ELSE 0 END) AS latest
  FROM entries GROUP BY site, idx / 32
)
WHERE entries = 32;
