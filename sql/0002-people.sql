-- Persons, what they may do where, and their sessions.

CREATE TABLE IF NOT EXISTS person (
	id BIGINT NOT NULL AUTO_INCREMENT,
	login VARBINARY(190) NOT NULL,
	email VARCHAR(254) NULL,
	email_verified_at DATETIME(6) NULL,
	name VARCHAR(200) NOT NULL,
	phone VARCHAR(50) NULL,
	kind ENUM('human','service') NOT NULL DEFAULT 'human',
	origin ENUM('manual','billing','self') NOT NULL DEFAULT 'manual',
	state ENUM('invited','active','removed') NOT NULL DEFAULT 'active',
	password_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
	password_changed_at DATETIME(6) NULL,
	must_change TINYINT NOT NULL DEFAULT 0,
	can_change_password TINYINT NOT NULL DEFAULT 1,
	last_login_at DATETIME(6) NULL,
	last_login_ip VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NULL,
	locale VARCHAR(16) NULL,
	time_zone VARCHAR(64) NULL,
	theme ENUM('system','light','dark') NOT NULL DEFAULT 'system',
	density ENUM('cosy','compact') NOT NULL DEFAULT 'cosy',
	shortcuts TINYINT NOT NULL DEFAULT 1,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	created_by_label VARCHAR(200) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_person_login (login),
	KEY ix_person_email (email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- role names a built-in role of src/core/perm.def.
CREATE TABLE IF NOT EXISTS membership (
	id BIGINT NOT NULL AUTO_INCREMENT,
	person_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	kind ENUM('main','sub','staff','support') NOT NULL,
	parent_membership_id BIGINT NULL,
	role VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	state ENUM('active','removed') NOT NULL DEFAULT 'active',
	expires_at DATETIME(6) NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_membership (person_id, account_id, kind),
	KEY ix_membership_account (account_id, kind, id),
	KEY ix_membership_parent (parent_membership_id),
	CONSTRAINT fk_membership_person FOREIGN KEY (person_id) REFERENCES person (id),
	CONSTRAINT fk_membership_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- The token itself is never stored, only its BLAKE2b hash.
CREATE TABLE IF NOT EXISTS session (
	token_hash BINARY(32) NOT NULL,
	person_id BIGINT NOT NULL,
	membership_id BIGINT NOT NULL,
	created_at DATETIME(6) NOT NULL,
	last_seen_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	ip VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	user_agent VARCHAR(300) NOT NULL,
	revoked_at DATETIME(6) NULL,
	revoked_why VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
	PRIMARY KEY (token_hash),
	KEY ix_session_person (person_id, revoked_at),
	KEY ix_session_membership (membership_id, revoked_at),
	KEY ix_session_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Failed sign-ins by hashed subject (login, or address prefix): delays, never locks.
CREATE TABLE IF NOT EXISTS throttle (
	subject BINARY(32) NOT NULL,
	failures INT NOT NULL,
	last_at DATETIME(6) NOT NULL,
	next_at DATETIME(6) NOT NULL,
	PRIMARY KEY (subject),
	KEY ix_throttle_last (last_at)
) ENGINE=InnoDB;
