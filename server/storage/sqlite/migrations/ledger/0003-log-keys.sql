-- Projection: where in the log the entries lie that say which keys sign it. They are few, and asked for with every signature.

CREATE TABLE log_keys (
  site TEXT NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (site, idx),
  FOREIGN KEY (site, idx) REFERENCES entries (site, idx)
) STRICT, WITHOUT ROWID;
