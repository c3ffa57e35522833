-- What those above an account write down about it, and what more they want to
-- know of accounts than the profile holds.

-- Never shown to the account's own people; author stays readable for ever.
CREATE TABLE IF NOT EXISTS account_note (
	id BIGINT NOT NULL AUTO_INCREMENT,
	account_id BIGINT NOT NULL,
	person_id BIGINT NULL,
	author VARCHAR(200) NOT NULL,
	text VARCHAR(4000) NOT NULL,
	pinned TINYINT NOT NULL DEFAULT 0,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	KEY ix_note_account (account_id, pinned, id),
	CONSTRAINT fk_note_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- A field a reseller (or the platform) defines for all accounts below him.
-- choices has a line each.  removed_at: the worker is taking its values away,
-- and nobody else sees it; its key is free again.
CREATE TABLE IF NOT EXISTS custom_field (
	id BIGINT NOT NULL AUTO_INCREMENT,
	account_id BIGINT NOT NULL,
	field_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
	label VARCHAR(100) NOT NULL,
	type ENUM('text','number','date','choice','yes_no') NOT NULL,
	choices TEXT NULL,
	required TINYINT NOT NULL DEFAULT 0,
	searchable TINYINT NOT NULL DEFAULT 0,
	position INT NOT NULL,
	removed_at DATETIME(6) NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_custom_field_key (account_id, field_key),
	KEY ix_custom_field_key (field_key),
	CONSTRAINT fk_custom_field_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- What stands in it for one account, as text in the one spelling of its type.
CREATE TABLE IF NOT EXISTS custom_value (
	account_id BIGINT NOT NULL,
	field_id BIGINT NOT NULL,
	value VARCHAR(500) COLLATE utf8mb4_bin NOT NULL,
	set_at DATETIME(6) NOT NULL,
	PRIMARY KEY (account_id, field_id),
	KEY ix_custom_value_field (field_id, account_id),
	KEY ix_custom_value_value (field_id, value),
	CONSTRAINT fk_custom_value_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- The version of an account's values together: they are one form.
CREATE TABLE IF NOT EXISTS custom_version (
	account_id BIGINT NOT NULL,
	ver INT NOT NULL DEFAULT 1,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (account_id),
	CONSTRAINT fk_custom_version_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
