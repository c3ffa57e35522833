-- The tree of accounts, and what belongs to an account alone.
-- Times are UTC with microseconds; ver is the optimistic lock behind ETag.

CREATE TABLE IF NOT EXISTS account (
	id BIGINT NOT NULL AUTO_INCREMENT,
	parent_id BIGINT NULL,
	kind ENUM('platform','reseller','customer') NOT NULL,
	class ENUM('person','organisation') NOT NULL,
	origin ENUM('manual','billing','self') NOT NULL,
	name VARCHAR(200) NOT NULL,
	tenant_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	billing_source_id BIGINT NULL,
	external_id VARBINARY(190) NULL,
	contract_no VARCHAR(64) NULL,
	type VARCHAR(50) NULL,
	state ENUM('active','terminated','purged') NOT NULL DEFAULT 'active',
	generation INT NOT NULL DEFAULT 1,
	confirmed_at DATETIME(6) NULL,
	last_login_at DATETIME(6) NULL,
	terminated_at DATETIME(6) NULL,
	purge_at DATETIME(6) NULL,
	main_person_id BIGINT NULL,
	locale VARCHAR(16) NULL,
	time_zone VARCHAR(64) NULL,
	payer VARCHAR(200) NULL,
	tax_included TINYINT NOT NULL DEFAULT 0,
	tax_number VARCHAR(64) NULL,
	billing_extra TEXT NULL,
	country CHAR(2) NULL,
	region VARCHAR(100) NULL,
	city VARCHAR(100) NULL,
	postcode VARCHAR(20) NULL,
	street VARCHAR(200) NULL,
	house VARCHAR(20) NULL,
	latitude INT NULL,
	longitude INT NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	created_by BIGINT NULL,
	created_by_label VARCHAR(200) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_account_tenant (tenant_id),
	UNIQUE KEY uq_account_external (billing_source_id, external_id),
	KEY ix_account_parent (parent_id),
	KEY ix_account_purge (state, purge_at),
	KEY ix_account_external (external_id),
	CONSTRAINT fk_account_parent FOREIGN KEY (parent_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Every ancestor of every account, itself included.  The sort keys of lists
-- stand here too, so that any caller's list is read from an index of his own
-- subtree: accounts_reindex() alone writes name_key, last_login_at and
-- own_state, from the facts.
CREATE TABLE IF NOT EXISTS account_tree (
	ancestor_id BIGINT NOT NULL,
	descendant_id BIGINT NOT NULL,
	depth TINYINT NOT NULL,
	kind ENUM('platform','reseller','customer') NOT NULL,
	own_state ENUM('active','suspended','not_confirmed','terminated','purged') NOT NULL,
	name_key VARCHAR(80) NOT NULL,
	last_login_at DATETIME(6) NOT NULL DEFAULT '1000-01-01 00:00:00',
	PRIMARY KEY (ancestor_id, descendant_id),
	KEY ix_tree_up (descendant_id, ancestor_id, depth),
	KEY ix_tree_name (ancestor_id, name_key, descendant_id, kind, own_state),
	KEY ix_tree_login (ancestor_id, last_login_at, descendant_id, kind, own_state),
	KEY ix_tree_kind (ancestor_id, kind, name_key, descendant_id),
	KEY ix_tree_state (ancestor_id, own_state, name_key, descendant_id, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- The words an account is found by (prefix search); folded by utf8_words().
CREATE TABLE IF NOT EXISTS account_word (
	word VARBINARY(64) NOT NULL,
	account_id BIGINT NOT NULL,
	PRIMARY KEY (word, account_id),
	KEY ix_word_account (account_id, word)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS account_contact (
	id BIGINT NOT NULL AUTO_INCREMENT,
	account_id BIGINT NOT NULL,
	role ENUM('owner','billing','technical','emergency') NOT NULL,
	name VARCHAR(200) NOT NULL,
	email VARCHAR(254) NULL,
	phone VARCHAR(50) NULL,
	note VARCHAR(500) NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	KEY ix_contact_account (account_id, role, id),
	CONSTRAINT fk_contact_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Which fields came from billing, and by which event: people cannot change them.
CREATE TABLE IF NOT EXISTS account_origin (
	account_id BIGINT NOT NULL,
	field VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	event_id BIGINT NOT NULL,
	set_at DATETIME(6) NOT NULL,
	PRIMARY KEY (account_id, field)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- A reason to stop an account, or one module of it ('' is the whole).  Holds
-- add up, are released, and are never deleted: effective states are computed
-- from them.  open_slot is 1 while open and NULL after, which makes "at most
-- one open hold of a kind" a unique key.
CREATE TABLE IF NOT EXISTS hold (
	id BIGINT NOT NULL AUTO_INCREMENT,
	account_id BIGINT NOT NULL,
	account_kind ENUM('platform','reseller','customer') NOT NULL,
	module VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	kind ENUM('billing','admin','security','abuse','vacation','parent','expiry') NOT NULL,
	reason_code VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	reason_text VARCHAR(500) NULL,
	placed_at DATETIME(6) NOT NULL,
	placed_by BIGINT NULL,
	placed_by_label VARCHAR(200) NOT NULL,
	starts_at DATETIME(6) NOT NULL,
	ends_at DATETIME(6) NULL,
	source_event_id BIGINT NULL,
	released_at DATETIME(6) NULL,
	released_by BIGINT NULL,
	released_by_label VARCHAR(200) NULL,
	release_text VARCHAR(500) NULL,
	open_slot TINYINT NULL DEFAULT 1,
	due_at DATETIME(6) NULL,
	ver INT NOT NULL DEFAULT 1,
	PRIMARY KEY (id),
	UNIQUE KEY uq_hold_open (account_id, module, kind, open_slot),
	KEY ix_hold_above (open_slot, account_kind, account_id, starts_at, ends_at),
	KEY ix_hold_due (due_at),
	CONSTRAINT fk_hold_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
