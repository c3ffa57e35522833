-- Failures at signing in, one after the other, of a person who has the login;
-- the first success makes them 0.  told_at: the mail that unlocks was promised.
CREATE TABLE IF NOT EXISTS lockout (
	person_id BIGINT NOT NULL,
	failures INT NOT NULL,
	told_at DATETIME(6) NULL,
	PRIMARY KEY (person_id),
	KEY ix_lockout_due (told_at, failures)
) ENGINE=InnoDB;

ALTER TABLE one_time
	MODIFY COLUMN purpose
		ENUM('reset','code','email_new','email_old','registration','unlock') NOT NULL;
