-- Who may do what where: roles, assignments, policies; what proves who somebody is.

-- A built-in role (builtin names a row of src/core/perm.def) belongs to the
-- platform and is locked.  base and effective are computed from the chain of
-- parents by roles_reindex() alone: the built-in role at its end, and what the
-- roles on the way allow and deny ("+device.list,-audit.list"), nearest first.
CREATE TABLE IF NOT EXISTS role (
	id BIGINT NOT NULL AUTO_INCREMENT,
	owner_account_id BIGINT NOT NULL,
	builtin VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
	kind ENUM('admin','guard') NOT NULL DEFAULT 'admin',
	name VARCHAR(100) NOT NULL,
	description VARCHAR(500) NULL,
	parent_role_id BIGINT NULL,
	base VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	effective TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	created_by_label VARCHAR(200) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_role_builtin (builtin),
	UNIQUE KEY uq_role_name (owner_account_id, name),
	KEY ix_role_parent (parent_role_id),
	CONSTRAINT fk_role_parent FOREIGN KEY (parent_role_id) REFERENCES role (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- What a role itself says; what it does not say comes from its parent.
CREATE TABLE IF NOT EXISTS role_permission (
	role_id BIGINT NOT NULL,
	permission VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	effect ENUM('allow','deny') NOT NULL,
	PRIMARY KEY (role_id, permission),
	CONSTRAINT fk_role_permission FOREIGN KEY (role_id) REFERENCES role (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- An assignment: the role reaches the scope account and all below it.
-- membership.role repeats the names, for lists; roles_relabel() alone writes it.
CREATE TABLE IF NOT EXISTS membership_role (
	membership_id BIGINT NOT NULL,
	role_id BIGINT NOT NULL,
	scope_account_id BIGINT NOT NULL,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (membership_id, role_id, scope_account_id),
	KEY ix_membership_role_role (role_id),
	KEY ix_membership_role_scope (scope_account_id),
	CONSTRAINT fk_membership_role_m FOREIGN KEY (membership_id) REFERENCES membership (id),
	CONSTRAINT fk_membership_role_r FOREIGN KEY (role_id) REFERENCES role (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT IGNORE INTO role (owner_account_id, builtin, kind, name, base, created_at,
	created_by_label, updated_at) VALUES
	(1, 'platform-admin', 'admin', 'Platform administrator', 'platform-admin', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'platform-auditor', 'admin', 'Platform auditor', 'platform-auditor', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'reseller-program', 'admin', 'Reseller program administrator', 'reseller-program', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'reseller-billing', 'admin', 'Reseller billing administrator', 'reseller-billing', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'reseller-support', 'admin', 'Reseller support agent', 'reseller-support', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'installer', 'admin', 'Installer', 'installer', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'customer-owner', 'admin', 'Customer owner', 'customer-owner', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'customer-admin', 'admin', 'Customer administrator', 'customer-admin', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'customer-moderator', 'admin', 'Customer moderator', 'customer-moderator', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'customer-member', 'admin', 'Customer member', 'customer-member', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6)),
	(1, 'guard', 'guard', 'Guard', 'guard', UTC_TIMESTAMP(6), 'system', UTC_TIMESTAMP(6));

ALTER TABLE membership
	MODIFY state ENUM('active','suspended','removed') NOT NULL DEFAULT 'active',
	MODIFY role VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci NOT NULL DEFAULT '',
	ADD COLUMN IF NOT EXISTS label VARCHAR(100) NULL AFTER role,
	ADD COLUMN IF NOT EXISTS created_by BIGINT NULL,
	ADD COLUMN IF NOT EXISTS created_by_label VARCHAR(200) NOT NULL DEFAULT '',
	ADD COLUMN IF NOT EXISTS first_login_at DATETIME(6) NULL,
	ADD KEY IF NOT EXISTS ix_membership_expires (expires_at);

INSERT IGNORE INTO membership_role (membership_id, role_id, scope_account_id, created_at)
	SELECT m.id, r.id, m.account_id, m.created_at FROM membership m JOIN role r ON r.builtin = m.role;

-- Counts up whenever a role, a policy or an area changes: a worker that
-- remembers a session compares it, so such a change is seen at once.
CREATE TABLE IF NOT EXISTS access_epoch (
	one TINYINT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (one)
) ENGINE=InnoDB;
INSERT IGNORE INTO access_epoch (one, n) VALUES (1, 1);

-- What an account asks of its people.  NULL: it says nothing, and what stands
-- above holds.  Of the security settings the strictest on the way up wins.
CREATE TABLE IF NOT EXISTS account_policy (
	account_id BIGINT NOT NULL,
	require_two_step TINYINT NULL,
	users_may_change_email TINYINT NULL,
	users_may_change_password TINYINT NULL,
	idle_min INT NULL,
	absolute_min INT NULL,
	ip_allow VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NULL,
	support_access ENUM('always','on_request','never') NULL,
	self_registration ENUM('off','approval','automatic') NULL,
	registration_role_id BIGINT NULL,
	ver INT NOT NULL DEFAULT 1,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (account_id),
	CONSTRAINT fk_policy_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Parts of the platform switched on or off for an account (src/core/area.def
-- has the defaults).  Off anywhere above is off.
CREATE TABLE IF NOT EXISTS account_area (
	account_id BIGINT NOT NULL,
	area VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	is_on TINYINT NOT NULL,
	set_at DATETIME(6) NOT NULL,
	PRIMARY KEY (account_id, area),
	CONSTRAINT fk_area_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
-- Who worked in a portal of his own before there was a switch goes on doing so.
INSERT IGNORE INTO account_area (account_id, area, is_on, set_at)
	SELECT DISTINCT m.account_id, 'back_office', 1, UTC_TIMESTAMP(6) FROM membership m
	JOIN account a ON a.id = m.account_id JOIN person p ON p.id = m.person_id
	WHERE a.kind = 'customer' AND a.class = 'organisation' AND p.last_login_at IS NOT NULL;

-- A second factor: the secret is sealed, last_step is the newest used step (RFC 6238).
CREATE TABLE IF NOT EXISTS factor (
	id BIGINT NOT NULL AUTO_INCREMENT,
	person_id BIGINT NOT NULL,
	kind ENUM('totp') NOT NULL DEFAULT 'totp',
	secret VARBINARY(200) NOT NULL,
	confirmed_at DATETIME(6) NULL,
	last_step BIGINT NOT NULL DEFAULT 0,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_factor (person_id, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS recovery_code (
	code_hash BINARY(32) NOT NULL,
	person_id BIGINT NOT NULL,
	used_at DATETIME(6) NULL,
	PRIMARY KEY (code_hash),
	KEY ix_recovery_person (person_id)
) ENGINE=InnoDB;

-- Secrets sent by mail, to be used once: only the hash is kept.  subject binds
-- it to what it is for (an address, a membership); tries counts wrong codes.
CREATE TABLE IF NOT EXISTS one_time (
	token_hash BINARY(32) NOT NULL,
	purpose ENUM('reset','code','email_new','email_old','registration') NOT NULL,
	person_id BIGINT NULL,
	account_id BIGINT NULL,
	subject VARCHAR(254) NULL,
	created_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	used_at DATETIME(6) NULL,
	tries INT NOT NULL DEFAULT 0,
	PRIMARY KEY (token_hash),
	KEY ix_one_time_person (person_id, purpose),
	KEY ix_one_time_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS api_key (
	id BIGINT NOT NULL AUTO_INCREMENT,
	person_id BIGINT NOT NULL,
	membership_id BIGINT NOT NULL,
	scope_account_id BIGINT NOT NULL,
	name VARCHAR(100) NOT NULL,
	token_hash BINARY(32) NOT NULL,
	hint CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	permissions TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	last_used_at DATETIME(6) NULL,
	revoked_at DATETIME(6) NULL,
	revoked_why VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_api_key_token (token_hash),
	KEY ix_api_key_person (person_id, id),
	KEY ix_api_key_membership (membership_id, revoked_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- id is what people see of a session; scope_account_id is where it acts; factor_at when the second factor
-- was shown, proved_at when the person last proved who he is.
ALTER TABLE session
	ADD COLUMN IF NOT EXISTS id BIGINT NOT NULL AUTO_INCREMENT UNIQUE FIRST,
	ADD COLUMN IF NOT EXISTS scope_account_id BIGINT NULL AFTER membership_id,
	ADD COLUMN IF NOT EXISTS factor_at DATETIME(6) NULL,
	ADD COLUMN IF NOT EXISTS proved_at DATETIME(6) NULL;
UPDATE session s JOIN membership m ON m.id = s.membership_id
	SET s.scope_account_id = m.account_id WHERE s.scope_account_id IS NULL;

CREATE TABLE IF NOT EXISTS invitation (
	id BIGINT NOT NULL AUTO_INCREMENT,
	account_id BIGINT NOT NULL,
	email VARCHAR(254) NOT NULL,
	first_name VARCHAR(100) NOT NULL,
	last_name VARCHAR(100) NOT NULL,
	language VARCHAR(16) NOT NULL,
	role_id BIGINT NOT NULL,
	kind ENUM('main','sub','staff','support') NOT NULL,
	member_until DATETIME(6) NULL,
	token_hash BINARY(32) NOT NULL,
	state ENUM('sent','accepted','revoked') NOT NULL DEFAULT 'sent',
	sent_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	sent_count INT NOT NULL DEFAULT 1,
	sent_day DATE NOT NULL,
	invited_by BIGINT NOT NULL,
	invited_by_membership_id BIGINT NOT NULL,
	invited_by_label VARCHAR(200) NOT NULL,
	person_id BIGINT NULL,
	membership_id BIGINT NULL,
	accepted_at DATETIME(6) NULL,
	open_slot TINYINT NULL DEFAULT 1,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_invitation_token (token_hash),
	UNIQUE KEY uq_invitation_open (account_id, email, open_slot),
	KEY ix_invitation_account (account_id, id),
	KEY ix_invitation_expires (state, expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS registration (
	id BIGINT NOT NULL AUTO_INCREMENT,
	parent_account_id BIGINT NOT NULL,
	email VARCHAR(254) NOT NULL,
	name VARCHAR(200) NOT NULL,
	company VARCHAR(200) NULL,
	language VARCHAR(16) NOT NULL,
	state ENUM('new','pending','approved','rejected') NOT NULL DEFAULT 'new',
	password_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
	account_id BIGINT NULL,
	decided_by_label VARCHAR(200) NULL,
	decided_at DATETIME(6) NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	KEY ix_registration_state (parent_account_id, state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- The customer's (or the policy's) leave for the provider to come in.
CREATE TABLE IF NOT EXISTS support_grant (
	id BIGINT NOT NULL AUTO_INCREMENT,
	account_id BIGINT NOT NULL,
	operator_id BIGINT NOT NULL,
	operator_label VARCHAR(200) NOT NULL,
	operator_membership_id BIGINT NOT NULL,
	target_membership_id BIGINT NULL,
	may_write TINYINT NOT NULL DEFAULT 0,
	with_video TINYINT NOT NULL DEFAULT 0,
	reason VARCHAR(500) NOT NULL,
	ticket_no VARCHAR(64) NULL,
	minutes INT NOT NULL,
	state ENUM('requested','active','refused','revoked') NOT NULL,
	decided_by_label VARCHAR(200) NULL,
	decided_at DATETIME(6) NULL,
	starts_at DATETIME(6) NULL,
	expires_at DATETIME(6) NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	KEY ix_support_account (account_id, id),
	KEY ix_support_operator (operator_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One visit: an operator acting as a user, inside a support grant and out of
-- his own session (operator_hash): when either ends, so does the visit.
CREATE TABLE IF NOT EXISTS visit (
	id BIGINT NOT NULL AUTO_INCREMENT,
	grant_id BIGINT NOT NULL,
	operator_id BIGINT NOT NULL,
	operator_label VARCHAR(200) NOT NULL,
	operator_hash BINARY(32) NOT NULL,
	membership_id BIGINT NOT NULL,
	may_write TINYINT NOT NULL,
	started_at DATETIME(6) NOT NULL,
	expires_at DATETIME(6) NOT NULL,
	ended_at DATETIME(6) NULL,
	end_reason VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
	PRIMARY KEY (id),
	KEY ix_visit_grant (grant_id, id),
	CONSTRAINT fk_visit_grant FOREIGN KEY (grant_id) REFERENCES support_grant (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
