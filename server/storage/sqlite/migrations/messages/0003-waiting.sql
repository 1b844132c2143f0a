-- What came in and waits for somebody to look: few of many, and asked for every minute.

CREATE INDEX messages_waiting ON messages (due_at) WHERE state = 'received' AND due_at IS NOT NULL;
