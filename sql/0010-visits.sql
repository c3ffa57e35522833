-- Visits that have not ended are few: who looks for them does not read the others.
ALTER TABLE visit
	ADD KEY IF NOT EXISTS ix_visit_open (ended_at, expires_at),
	ADD KEY IF NOT EXISTS ix_visit_member (membership_id, ended_at);
