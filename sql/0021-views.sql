-- How somebody likes to look at a list: what is looked for, columns, order and
-- page size, under a name.  It belongs to a person at the account he acts for;
-- a shared one is seen by all who act there.
CREATE TABLE IF NOT EXISTS saved_view (
	id BIGINT NOT NULL AUTO_INCREMENT,
	person_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	list ENUM('customers','resellers','people') NOT NULL,
	name VARCHAR(100) NOT NULL,
	q VARCHAR(200) NOT NULL DEFAULT '',
	columns VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
	sort VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
	page_size INT NOT NULL DEFAULT 50,
	shared TINYINT NOT NULL DEFAULT 0,
	ver INT NOT NULL DEFAULT 1,
	created_at DATETIME(6) NOT NULL,
	updated_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY uq_view_name (person_id, account_id, list, name),
	KEY ix_view_shared (account_id, shared),
	CONSTRAINT fk_view_person FOREIGN KEY (person_id) REFERENCES person (id),
	CONSTRAINT fk_view_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Which view a person's list opens with: his own or a shared one.
CREATE TABLE IF NOT EXISTS saved_view_default (
	person_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	list ENUM('customers','resellers','people') NOT NULL,
	view_id BIGINT NOT NULL,
	PRIMARY KEY (person_id, account_id, list),
	KEY ix_default_view (view_id),
	CONSTRAINT fk_default_view FOREIGN KEY (view_id) REFERENCES saved_view (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
