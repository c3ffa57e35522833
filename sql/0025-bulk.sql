-- Jobs that do the same to many accounts.

-- Of what the items of a job are; why it is done; the filter whose rows it is done to, and
-- the last of them that is among its items, NULL when all are; the item it stands at.
ALTER TABLE job
	ADD COLUMN IF NOT EXISTS target ENUM('membership','account')
		CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'membership',
	ADD COLUMN IF NOT EXISTS reason VARCHAR(500) NULL,
	ADD COLUMN IF NOT EXISTS filter VARCHAR(400) NULL,
	ADD COLUMN IF NOT EXISTS gathered_id BIGINT NULL,
	ADD COLUMN IF NOT EXISTS at_seq INT NOT NULL DEFAULT 0;

-- Nothing is done twice by one job.
ALTER TABLE job_item
	ADD UNIQUE INDEX IF NOT EXISTS uq_job_item_target (job_id, target_id);
