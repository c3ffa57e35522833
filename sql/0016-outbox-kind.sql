-- Mail is sent beside other work: each kind of promised work is looked for by itself.
ALTER TABLE outbox ADD INDEX IF NOT EXISTS ix_outbox_kind (state, kind, due_at);
