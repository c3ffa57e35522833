-- Until exempt_until the holds of billing are kept but do not stop the account:
-- each begins when the exemption ends, and planned_at is when billing wanted it.
ALTER TABLE account
	ADD COLUMN IF NOT EXISTS exempt_until DATETIME(6) NULL,
	ADD COLUMN IF NOT EXISTS exempt_reason VARCHAR(500) NULL,
	ADD COLUMN IF NOT EXISTS exempt_by_label VARCHAR(200) NULL;
ALTER TABLE hold
	ADD COLUMN IF NOT EXISTS planned_at DATETIME(6) NULL AFTER starts_at;
