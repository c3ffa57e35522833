-- Lists of people in the order of an index, the words they are found by, and
-- jobs that do the same to many.

-- name_key and seen_at are what lists are sorted by; indexed: person_word has
-- the words of this person (the worker writes those of people who were here before it).
ALTER TABLE person
	ADD COLUMN IF NOT EXISTS name_key VARCHAR(80)
		GENERATED ALWAYS AS (LEFT(name, 80)) PERSISTENT,
	ADD COLUMN IF NOT EXISTS seen_at DATETIME(6)
		GENERATED ALWAYS AS (COALESCE(last_login_at, TIMESTAMP'1000-01-01 00:00:00')) PERSISTENT,
	ADD COLUMN IF NOT EXISTS indexed TINYINT NOT NULL DEFAULT 0,
	ADD KEY IF NOT EXISTS ix_person_name (name_key, id),
	ADD KEY IF NOT EXISTS ix_person_seen (seen_at, id),
	ADD KEY IF NOT EXISTS ix_person_origin (origin, id),
	ADD KEY IF NOT EXISTS ix_person_indexed (indexed, id);

ALTER TABLE membership
	ADD KEY IF NOT EXISTS ix_membership_kind (kind, person_id);

-- Folded by utf8_words(), as account_word.
CREATE TABLE IF NOT EXISTS person_word (
	word VARBINARY(64) NOT NULL,
	person_id BIGINT NOT NULL,
	PRIMARY KEY (word, person_id),
	KEY ix_person_word (person_id, word)
) ENGINE=InnoDB;

-- Through which membership the one who asked for a job acted, and where.
ALTER TABLE job
	ADD COLUMN IF NOT EXISTS membership_id BIGINT NULL,
	ADD COLUMN IF NOT EXISTS scope_account_id BIGINT NULL;

-- What a job does one after the other; message is a stable word.  A target is a membership.
CREATE TABLE IF NOT EXISTS job_item (
	job_id BIGINT NOT NULL,
	seq INT NOT NULL,
	target_id BIGINT NOT NULL,
	state ENUM('waiting','done','failed','cancelled') NOT NULL DEFAULT 'waiting',
	message VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NULL,
	finished_at DATETIME(6) NULL,
	PRIMARY KEY (job_id, seq),
	KEY ix_job_item_state (job_id, state, seq),
	CONSTRAINT fk_job_item FOREIGN KEY (job_id) REFERENCES job (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
