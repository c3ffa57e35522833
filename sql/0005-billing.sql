-- Billing systems, their events, and what each event of a subject has reached.

CREATE TABLE IF NOT EXISTS billing_source (
	id BIGINT NOT NULL AUTO_INCREMENT,
	name VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	label VARCHAR(100) NOT NULL,
	mode ENUM('signed','legacy') NOT NULL DEFAULT 'signed',
	parent_account_id BIGINT NOT NULL,
	auto_provisioning TINYINT NOT NULL DEFAULT 1,
	ip_allow VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	rate_per_min INT NOT NULL DEFAULT 0,
	enabled TINYINT NOT NULL DEFAULT 1,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_source_name (name),
	CONSTRAINT fk_source_parent FOREIGN KEY (parent_account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- sealed with the key of the configuration; retire_at NULL is the current one.
CREATE TABLE IF NOT EXISTS billing_secret (
	id BIGINT NOT NULL AUTO_INCREMENT,
	source_id BIGINT NOT NULL,
	kind ENUM('signing','bearer') NOT NULL DEFAULT 'signing',
	sealed VARBINARY(400) NOT NULL,
	created_at DATETIME(6) NOT NULL,
	retire_at DATETIME(6) NULL,
	PRIMARY KEY (id),
	KEY ix_secret_source (source_id, retire_at),
	CONSTRAINT fk_secret_source FOREIGN KEY (source_id) REFERENCES billing_source (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS billing_event (
	seq BIGINT NOT NULL AUTO_INCREMENT,
	source_id BIGINT NOT NULL,
	event_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	original_type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	subject_kind ENUM('entity','location','camera') NOT NULL,
	subject_key VARBINARY(190) NOT NULL,
	subject_seq BIGINT NULL,
	occurred_at DATETIME(6) NOT NULL,
	received_at DATETIME(6) NOT NULL,
	attempts INT NOT NULL DEFAULT 1,
	body_sha256 BINARY(32) NOT NULL,
	payload MEDIUMTEXT NOT NULL,
	sealed_password VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
	account_id BIGINT NULL,
	state ENUM('received','applied','noop','deferred','quarantined','rejected','failed','dead','replayed','dismissed') NOT NULL,
	state_reason VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NULL,
	answer TEXT NULL,
	tries INT NOT NULL DEFAULT 0,
	due_at DATETIME(6) NULL,
	applied_at DATETIME(6) NULL,
	changes TEXT NULL,
	log_extra TEXT NULL,
	gap_before BIGINT NULL,
	replay_of BIGINT NULL,
	dismissed_why VARCHAR(500) NULL,
	correlation_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	ver INT NOT NULL DEFAULT 1,
	PRIMARY KEY (seq),
	UNIQUE KEY uq_event (source_id, event_id),
	KEY ix_event_subject (source_id, subject_kind, subject_key, seq),
	KEY ix_event_account (account_id, seq),
	KEY ix_event_state (state, due_at, seq),
	KEY ix_event_type (type, seq),
	CONSTRAINT fk_event_source FOREIGN KEY (source_id) REFERENCES billing_source (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- What is remembered of an event after its row is purged, at least 400 days.
CREATE TABLE IF NOT EXISTS billing_event_memory (
	source_id BIGINT NOT NULL,
	event_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	body_sha256 BINARY(32) NOT NULL,
	state VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	received_at DATETIME(6) NOT NULL,
	PRIMARY KEY (source_id, event_id),
	KEY ix_memory_received (received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Locked while an event of the subject is worked on: one at a time a subject.
CREATE TABLE IF NOT EXISTS billing_subject (
	source_id BIGINT NOT NULL,
	kind ENUM('entity','location','camera') NOT NULL,
	subject_key VARBINARY(190) NOT NULL,
	highest_seq BIGINT NOT NULL DEFAULT 0,
	tombstone_seq BIGINT NULL,
	tombstone_at DATETIME(6) NULL,
	PRIMARY KEY (source_id, kind, subject_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Last writer wins, for each thing an event can write ("hold.account", "password").
CREATE TABLE IF NOT EXISTS billing_register (
	source_id BIGINT NOT NULL,
	kind ENUM('entity','location','camera') NOT NULL,
	subject_key VARBINARY(190) NOT NULL,
	name VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	applied_seq BIGINT NULL,
	applied_at DATETIME(6) NOT NULL,
	event_seq BIGINT NOT NULL,
	PRIMARY KEY (source_id, kind, subject_key, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
