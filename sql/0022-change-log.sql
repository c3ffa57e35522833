-- The change log by address: who asks what one address did reads its entries alone.
ALTER TABLE change_log
	ADD INDEX IF NOT EXISTS ix_change_ip (ip, seq);
