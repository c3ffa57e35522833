-- What shows that the change log was tampered with.  The worker seals each entry after it
-- was committed, so that who writes waits for nobody: change_seal is the chain, without
-- gaps in pos, of digests that need a key no table holds.

-- facts: what is never changed; doer and told: what a purge takes out of the log.
-- link: over the link before and all the others.
CREATE TABLE IF NOT EXISTS change_seal (
	pos BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	key_id CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	facts BINARY(16) NOT NULL,
	doer BINARY(16) NOT NULL,
	told BINARY(16) NOT NULL,
	link BINARY(32) NOT NULL,
	PRIMARY KEY (pos),
	UNIQUE KEY uq_seal_seq (seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- One row.  base: the last seal that was dropped with its entry; head: the last one made.
-- Entries up to settled_seq are sealed, or were never there; mark_seq is the next such.
CREATE TABLE IF NOT EXISTS change_chain (
	one TINYINT NOT NULL DEFAULT 1,
	base_pos BIGINT NOT NULL DEFAULT 0,
	base_link BINARY(32) NOT NULL,
	head_pos BIGINT NOT NULL DEFAULT 0,
	head_link BINARY(32) NOT NULL,
	head_seq BIGINT NOT NULL DEFAULT 0,
	head_at DATETIME(6) NULL,
	key_id CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
	mac BINARY(32) NULL,
	settled_seq BIGINT NOT NULL DEFAULT 0,
	mark_seq BIGINT NOT NULL DEFAULT 0,
	mark_at DATETIME(6) NULL,
	check_due_at DATETIME(6) NULL,
	check_pos BIGINT NULL,
	check_link BINARY(32) NULL,
	check_seq BIGINT NOT NULL DEFAULT 0,
	check_broken BIGINT NOT NULL DEFAULT 0,
	verified_at DATETIME(6) NULL,
	verified_pos BIGINT NOT NULL DEFAULT 0,
	verified_link BINARY(32) NULL,
	broken BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (one)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT IGNORE INTO change_chain (one, base_link, head_link)
	VALUES (1, REPEAT(CHAR(0), 32), REPEAT(CHAR(0), 32));

-- What the last verification found, the first hundred.
CREATE TABLE IF NOT EXISTS change_break (
	id BIGINT NOT NULL AUTO_INCREMENT,
	what VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	pos BIGINT NULL,
	seq BIGINT NULL,
	found_at DATETIME(6) NOT NULL,
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
