-- What every module rests on: change log, repeats, outbox, jobs.

-- Insert-only for the programs' users (grants.sql).
CREATE TABLE IF NOT EXISTS change_log (
	seq BIGINT NOT NULL AUTO_INCREMENT,
	at DATETIME(6) NOT NULL,
	action VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	actor_kind ENUM('person','billing','system','api') NOT NULL,
	actor_id BIGINT NULL,
	actor_label VARCHAR(200) NOT NULL,
	impersonator_id BIGINT NULL,
	impersonator_label VARCHAR(200) NULL,
	target_kind VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	target_id BIGINT NULL,
	target_label VARCHAR(200) NOT NULL,
	account_id BIGINT NOT NULL,
	account_label VARCHAR(200) NOT NULL,
	result ENUM('success','denied','failed') NOT NULL DEFAULT 'success',
	failure VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NULL,
	before_values TEXT NULL,
	after_values TEXT NULL,
	reason VARCHAR(500) NULL,
	ip VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NULL,
	user_agent VARCHAR(300) NULL,
	correlation_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (seq),
	KEY ix_change_account (account_id, seq),
	KEY ix_change_action (action, seq),
	KEY ix_change_account_action (account_id, action, seq),
	KEY ix_change_actor (actor_id, seq),
	KEY ix_change_at (at),
	KEY ix_change_correlation (correlation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One row a writing request: written first in its transaction, so that a
-- repeat (same Idempotency-Key, or the same transaction after a lost COMMIT)
-- collides with it and answers what was answered.
CREATE TABLE IF NOT EXISTS op (
	op_id BINARY(32) NOT NULL,
	fingerprint BINARY(32) NOT NULL,
	at DATETIME(6) NOT NULL,
	status SMALLINT NOT NULL DEFAULT 0,
	location VARCHAR(300) NULL,
	etag VARCHAR(40) NULL,
	body MEDIUMBLOB NULL,
	PRIMARY KEY (op_id),
	KEY ix_op_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Things to do after a commit, at least once.  due_at moved ahead is the lease.
CREATE TABLE IF NOT EXISTS outbox (
	id BIGINT NOT NULL AUTO_INCREMENT,
	kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	ref_id BIGINT NOT NULL,
	payload TEXT NULL,
	state ENUM('waiting','done','dead') NOT NULL DEFAULT 'waiting',
	due_at DATETIME(6) NOT NULL,
	tries INT NOT NULL DEFAULT 0,
	last_error VARCHAR(300) NULL,
	correlation_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	KEY ix_outbox_due (state, due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Long work a person can watch.  An export is a job of kind 'export'.
CREATE TABLE IF NOT EXISTS job (
	id BIGINT NOT NULL AUTO_INCREMENT,
	kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	state ENUM('queued','running','succeeded','partial','failed','cancelled') NOT NULL,
	person_id BIGINT NOT NULL,
	person_label VARCHAR(200) NOT NULL,
	account_id BIGINT NOT NULL,
	label VARCHAR(200) NOT NULL,
	total BIGINT NULL,
	done BIGINT NOT NULL DEFAULT 0,
	failed BIGINT NOT NULL DEFAULT 0,
	cancel TINYINT NOT NULL DEFAULT 0,
	message VARCHAR(300) NULL,
	params TEXT NULL,
	file VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
	file_name VARCHAR(200) NULL,
	bytes BIGINT NULL,
	expires_at DATETIME(6) NULL,
	beat_at DATETIME(6) NOT NULL,
	correlation_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	finished_at DATETIME(6) NULL,
	running_slot BIGINT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_job_running (kind, running_slot),
	KEY ix_job_person (person_id, id),
	KEY ix_job_account (account_id, id),
	KEY ix_job_state (state, beat_at),
	KEY ix_job_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
