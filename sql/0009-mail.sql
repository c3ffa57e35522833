-- Mail: what was promised to whom, and what became of it.  sealed holds the
-- values of the template, one-time links among them, until the mail is sent;
-- outbox_id is the promise that counts: an older one finds it is not meant.
CREATE TABLE IF NOT EXISTS mail (
	id BIGINT NOT NULL AUTO_INCREMENT,
	account_id BIGINT NOT NULL,
	person_id BIGINT NULL,
	kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	locale VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	to_address VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	sealed MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NULL,
	state ENUM('waiting','sent','failed') NOT NULL DEFAULT 'waiting',
	tries INT NOT NULL DEFAULT 0,
	last_error VARCHAR(300) NULL,
	outbox_id BIGINT NULL,
	created_at DATETIME(6) NOT NULL,
	first_at DATETIME(6) NULL,
	next_at DATETIME(6) NULL,
	sent_at DATETIME(6) NULL,
	ended_at DATETIME(6) NULL,
	PRIMARY KEY (id),
	KEY ix_mail_state (state, id),
	KEY ix_mail_account (account_id, id),
	KEY ix_mail_ended (ended_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
