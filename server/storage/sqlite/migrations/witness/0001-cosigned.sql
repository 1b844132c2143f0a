-- What a witness has cosigned last of each log it watches. It only ever grows.

CREATE TABLE cosigned (
  -- first line of the log's checkpoints
  origin TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL CHECK (size >= 0),
  -- C2SP tlog-checkpoint with the witness's cosignature as its last line
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER cosigned_only_grows BEFORE UPDATE ON cosigned
  WHEN NEW.origin <> OLD.origin OR NEW.size <= OLD.size
  BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER cosigned_no_delete BEFORE DELETE ON cosigned
  BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;
