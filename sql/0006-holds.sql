-- An account's open holds stand together, however many were released before.
ALTER TABLE hold
	DROP INDEX IF EXISTS uq_hold_open,
	ADD UNIQUE INDEX uq_hold_open (account_id, open_slot, module, kind);
