-- How it was known that the source sent an event; NULL of one that nobody sent
-- (left by another, or sent again by a person with something changed).
ALTER TABLE billing_event
	ADD COLUMN IF NOT EXISTS verified_by ENUM('signature','token') NULL;
