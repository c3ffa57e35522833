-- Named sets, each of one kind of things of one account.

CREATE TABLE IF NOT EXISTS party_group (
	id BIGINT NOT NULL AUTO_INCREMENT,
	account_id BIGINT NOT NULL,
	kind ENUM('account') NOT NULL,
	name VARCHAR(100) NOT NULL,
	description VARCHAR(500) NULL,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	created_by_label VARCHAR(200) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_group_name (account_id, kind, name),
	CONSTRAINT fk_group_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- member_id is of the table that the kind of the group says; kind repeats it, to
-- find the groups of a thing.  A member that is suspended or removed is away: its
-- row stays as it is, which is why it comes back exactly.
CREATE TABLE IF NOT EXISTS party_group_member (
	group_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	kind ENUM('account') NOT NULL,
	added_at DATETIME(6) NOT NULL,
	added_by_label VARCHAR(200) NOT NULL,
	PRIMARY KEY (group_id, member_id),
	KEY ix_group_member (kind, member_id, group_id),
	CONSTRAINT fk_group_member FOREIGN KEY (group_id) REFERENCES party_group (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
