-- Places, the address directory, and the devices billing moves about.

-- The directory of address codes (CSA) of the operator's address system.
CREATE TABLE IF NOT EXISTS csa (
	code VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	country CHAR(2) NULL,
	region VARCHAR(100) NULL,
	city VARCHAR(100) NULL,
	postcode VARCHAR(20) NULL,
	street VARCHAR(200) NULL,
	house VARCHAR(20) NULL,
	latitude INT NULL,
	longitude INT NULL,
	added_at DATETIME(6) NOT NULL,
	PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE IF NOT EXISTS site (
	id BIGINT NOT NULL AUTO_INCREMENT,
	account_id BIGINT NOT NULL,
	parent_site_id BIGINT NULL,
	kind ENUM('hq','department','company','building','entrance','apartment','location') NOT NULL,
	name VARCHAR(200) NOT NULL,
	external_id VARBINARY(190) NULL,
	csa_code VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
	contract_no VARCHAR(64) NULL,
	origin ENUM('manual','billing') NOT NULL DEFAULT 'manual',
	country CHAR(2) NULL,
	region VARCHAR(100) NULL,
	city VARCHAR(100) NULL,
	postcode VARCHAR(20) NULL,
	street VARCHAR(200) NULL,
	house VARCHAR(20) NULL,
	latitude INT NULL,
	longitude INT NULL,
	hq_slot TINYINT NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_site_csa (account_id, csa_code),
	UNIQUE KEY uq_site_external (account_id, external_id),
	UNIQUE KEY uq_site_hq (account_id, hq_slot),
	KEY ix_site_parent (parent_site_id),
	CONSTRAINT fk_site_account FOREIGN KEY (account_id) REFERENCES account (id),
	CONSTRAINT fk_site_parent FOREIGN KEY (parent_site_id) REFERENCES site (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- account_id NULL is stock.  enabled is the operator's intent; holds never touch it.
CREATE TABLE IF NOT EXISTS device (
	id BIGINT NOT NULL AUTO_INCREMENT,
	kind ENUM('camera','intercom','panel','serviced') NOT NULL,
	account_id BIGINT NULL,
	site_id BIGINT NULL,
	billing_source_id BIGINT NULL,
	external_id VARBINARY(190) NULL,
	name VARCHAR(200) NOT NULL,
	vendor VARCHAR(100) NULL,
	model VARCHAR(100) NULL,
	mac CHAR(17) CHARACTER SET ascii COLLATE ascii_bin NULL,
	serial VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
	uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	service VARCHAR(50) NULL,
	archive_days INT NULL,
	purchase_order VARCHAR(64) NULL,
	enabled TINYINT NOT NULL DEFAULT 1,
	streams_total TINYINT NOT NULL DEFAULT 0,
	streams_active TINYINT NOT NULL DEFAULT 0,
	initialising TINYINT NOT NULL DEFAULT 0,
	attached_at DATETIME(6) NULL,
	removed_at DATETIME(6) NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_device_mac (mac),
	UNIQUE KEY uq_device_serial (vendor, serial),
	UNIQUE KEY uq_device_external (billing_source_id, external_id),
	KEY ix_device_account (account_id, kind, id),
	KEY ix_device_serial (serial),
	KEY ix_device_site (site_id),
	CONSTRAINT fk_device_account FOREIGN KEY (account_id) REFERENCES account (id),
	CONSTRAINT fk_device_site FOREIGN KEY (site_id) REFERENCES site (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- What one member may do with one device, and from which instant of its past.
CREATE TABLE IF NOT EXISTS device_grant (
	id BIGINT NOT NULL AUTO_INCREMENT,
	membership_id BIGINT NOT NULL,
	device_id BIGINT NOT NULL,
	verbs SET('view','archive','clip','share','ptz','configure') NOT NULL,
	archive_days INT NULL,
	state ENUM('active','blocked') NOT NULL DEFAULT 'active',
	history_from DATETIME(6) NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_grant (membership_id, device_id),
	KEY ix_grant_device (device_id),
	CONSTRAINT fk_grant_membership FOREIGN KEY (membership_id) REFERENCES membership (id),
	CONSTRAINT fk_grant_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS entitlement (
	account_id BIGINT NOT NULL,
	item VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	quantity INT NOT NULL,
	source ENUM('billing','manual') NOT NULL,
	state ENUM('active','removed') NOT NULL DEFAULT 'active',
	removed_at DATETIME(6) NULL,
	purge_at DATETIME(6) NULL,
	ver INT NOT NULL DEFAULT 1,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (account_id, item),
	KEY ix_entitlement_purge (state, purge_at),
	CONSTRAINT fk_entitlement_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Permissions billing attached to or detached from a member beside his role.
CREATE TABLE IF NOT EXISTS member_permission (
	membership_id BIGINT NOT NULL,
	permission VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	effect ENUM('allow','deny') NOT NULL,
	set_at DATETIME(6) NOT NULL,
	PRIMARY KEY (membership_id, permission),
	CONSTRAINT fk_member_permission FOREIGN KEY (membership_id) REFERENCES membership (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
