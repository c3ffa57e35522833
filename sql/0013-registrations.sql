-- How often an address asked lately, and what is old enough to be forgotten.
ALTER TABLE registration
	ADD KEY IF NOT EXISTS ix_registration_email (email, created_at),
	ADD KEY IF NOT EXISTS ix_registration_created (created_at);
