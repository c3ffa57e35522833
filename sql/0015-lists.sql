-- What a row of the list of accounts shows of others stands beside the account:
-- login, e-mail and role of its main person, and the name of the account above.
-- As the keys of account_tree it is an index, not a truth: accounts_reindex()
-- and its like alone write it, from the facts, and gatehousectl check proves it.
ALTER TABLE account
	ADD COLUMN IF NOT EXISTS list_login VARBINARY(190) NULL,
	ADD COLUMN IF NOT EXISTS list_email VARCHAR(254) NULL,
	ADD COLUMN IF NOT EXISTS list_role VARCHAR(200) NULL,
	ADD COLUMN IF NOT EXISTS list_parent VARCHAR(200) NULL;

UPDATE account a
	LEFT JOIN person p ON p.id = a.main_person_id
	LEFT JOIN membership m ON m.person_id = a.main_person_id AND m.account_id = a.id
		AND m.kind = 'main'
	LEFT JOIN account u ON u.id = a.parent_id
	SET a.list_login = p.login, a.list_email = p.email, a.list_role = m.role,
		a.list_parent = u.name;
