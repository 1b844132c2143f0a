-- What witnesses said of our checkpoints. Each row proves itself: the line is signed by the key beside it.

CREATE TABLE cosignatures (
  site TEXT NOT NULL,
  size INTEGER NOT NULL,
  -- C2SP verifier key of the witness (type 0x04)
  witness TEXT NOT NULL,
  -- C2SP tlog-cosignature: a signature line of the checkpoint of this size
  line TEXT NOT NULL,
  PRIMARY KEY (site, size, witness),
  FOREIGN KEY (site, size) REFERENCES checkpoints (site, size)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER cosignatures_no_update BEFORE UPDATE ON cosignatures
  BEGIN SELECT RAISE(ABORT, 'cosignatures are append-only'); END;
CREATE TRIGGER cosignatures_no_delete BEFORE DELETE ON cosignatures
  BEGIN SELECT RAISE(ABORT, 'cosignatures are append-only'); END;
CREATE TRIGGER cosignatures_no_replace BEFORE INSERT ON cosignatures
  WHEN EXISTS (SELECT 1 FROM cosignatures WHERE site = NEW.site AND size = NEW.size AND witness = NEW.witness)
  BEGIN SELECT RAISE(ABORT, 'cosignatures are append-only'); END;
