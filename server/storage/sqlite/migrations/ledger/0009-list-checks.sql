-- Which entries are checks of lists, so that those of one list, or of a time, are found without reading the log. A
-- projection of entries: follows from them and can be made again.

CREATE TABLE list_checks (
  site TEXT NOT NULL,
  idx INTEGER NOT NULL CHECK (idx >= 0),
  -- SHA-256 of the list, hex
  list TEXT NOT NULL,
  -- receivedAt of the entry, epoch milliseconds
  at INTEGER NOT NULL,
  PRIMARY KEY (site, idx),
  FOREIGN KEY (site, idx) REFERENCES entries (site, idx)
) STRICT, WITHOUT ROWID;

CREATE INDEX list_checks_by_list ON list_checks (site, list, idx);
