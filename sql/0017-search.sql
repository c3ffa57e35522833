-- The words of an account stand beside it in one text, in their order, each
-- between spaces: who looks for several words, or for the first that matches,
-- reads one row instead of all of them.  Nobody asks the index of words by
-- account any more.  And a list shows the label of the main user.
-- accounts_reindex() and its like alone write both; gatehousectl check proves it.
ALTER TABLE account
	ADD COLUMN IF NOT EXISTS list_label VARCHAR(100) NULL,
	ADD COLUMN IF NOT EXISTS list_words BLOB NULL;

SET SESSION group_concat_max_len = 1000000;
UPDATE account a
	LEFT JOIN (SELECT account_id, CONCAT(' ', GROUP_CONCAT(word ORDER BY word SEPARATOR ' '), ' ') AS words
		FROM account_word GROUP BY account_id) w ON w.account_id = a.id
	LEFT JOIN membership m ON m.person_id = a.main_person_id AND m.account_id = a.id
		AND m.kind = 'main'
	SET a.list_words = w.words, a.list_label = m.label;

ALTER TABLE account_word DROP INDEX IF EXISTS ix_word_account;
