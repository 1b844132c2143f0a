-- Where an address stands lies beside it, with what is asked of the deciding entry before every message: its id, and of a
-- yes the purpose, the words and the configuration. So that question reads one row, and no entry.

ALTER TABLE addresses ADD COLUMN standing TEXT NOT NULL DEFAULT '{}';

DROP TRIGGER addresses_no_update;
CREATE TRIGGER addresses_no_update BEFORE UPDATE ON addresses
  WHEN NEW.site <> OLD.site OR NEW.blind <> OLD.blind OR NEW.subject <> OLD.subject OR NEW.tie <> OLD.tie
  BEGIN SELECT RAISE(ABORT, 'an address is deleted, never made to lead to another subject'); END;

-- Of the address that leads to it: its standing is there, and {} here.
ALTER TABLE subjects ADD COLUMN address BLOB;

UPDATE subjects SET standing = (
  SELECT json_group_object(s.key, CASE WHEN s.type <> 'array' THEN json_quote(s.value) ELSE json(CASE WHEN instr(s.key, ':') = 0 THEN s.value ELSE coalesce((
    -- What was imported holds the act it speaks of, perhaps in another that was imported.
    WITH RECURSIVE content (act) AS (
      SELECT e.entry
      UNION ALL SELECT act -> 'entry' FROM content WHERE act ->> 'type' = 'imported'
    )
    -- Of a yes that lost its private part, which nothing stopped until now, nothing is kept that could permit a message.
    SELECT CASE
      WHEN act ->> 'type' = 'opt-in' AND act = e.entry
        AND NOT EXISTS (SELECT 1 FROM private_parts p WHERE p.site = e.site AND p.idx = e.idx) THEN s.value
      WHEN act ->> 'type' = 'opt-in' THEN json_array(s.value ->> 0, s.value ->> 1, s.value ->> 2, s.value ->> 3, e.entry ->> 'id',
        act ->> 'purpose', act ->> 'text', act ->> 'configuration')
      ELSE json_array(s.value ->> 0, s.value ->> 1, s.value ->> 2, s.value ->> 3, e.entry ->> 'id')
    END
    FROM content WHERE act ->> 'type' <> 'imported'
  ), s.value) END) END)
  FROM json_each(subjects.standing) s
  -- An entry that is no JSON is for verify to name, not for this to stop at.
  LEFT JOIN entries e ON e.site = subjects.site AND e.idx = CASE s.type WHEN 'array' THEN s.value ->> 2 END
    AND json_valid(e.entry)
)
WHERE json_valid(standing) AND EXISTS (SELECT 1 FROM json_each(standing) WHERE instr(key, ':') > 0);

UPDATE addresses SET standing = s.standing
FROM subjects s WHERE s.site = addresses.site AND s.subject = addresses.subject;

UPDATE subjects SET address = a.blind, standing = '{}'
FROM addresses a WHERE a.site = subjects.site AND a.subject = subjects.subject;

-- An older version that is still running would write a no where nobody looks for it any more, and entries without their
-- place in the tree: it is to fail, and to be started anew.
CREATE TRIGGER subjects_insert_beside_address BEFORE INSERT ON subjects
  WHEN NEW.address IS NOT NULL AND NEW.standing <> '{}'
  BEGIN SELECT RAISE(ABORT, 'where an address stands lies beside it: restart the server'); END;
CREATE TRIGGER subjects_update_beside_address BEFORE UPDATE ON subjects
  WHEN NEW.address IS NOT NULL AND NEW.standing <> '{}'
  BEGIN SELECT RAISE(ABORT, 'where an address stands lies beside it: restart the server'); END;
CREATE TRIGGER logs_with_their_leaves BEFORE UPDATE ON logs
  WHEN NEW.size > OLD.size AND NOT EXISTS (
    SELECT 1 FROM node_blocks
    WHERE site = NEW.site AND level = 0 AND n = (NEW.size - 1) / 16
      AND length(hashes) = ((NEW.size - 1) % 16 + 1) * 32
  )
  BEGIN SELECT RAISE(ABORT, 'a log grows by entries whose hashes are kept: restart the server'); END;

-- Whoever finds the address of a yes need not look whether its evidence is still there.
CREATE TRIGGER private_parts_no_delete BEFORE DELETE ON private_parts
  WHEN NOT EXISTS (
    SELECT 1 FROM subjects s JOIN entries e ON e.site = s.site AND e.idx = s.last_index
    WHERE s.site = OLD.site AND s.subject = OLD.subject AND e.entry ->> 'type' = 'erasure'
  )
  BEGIN SELECT RAISE(ABORT, 'private parts are deleted by the erasure of their subject only'); END;
