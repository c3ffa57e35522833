-- A hold changes the own state of an account in one index of each row of its
-- tree, not in three: what a page shows of it is read from the row.
ALTER TABLE account_tree
	DROP INDEX IF EXISTS ix_tree_name,
	ADD INDEX ix_tree_name (ancestor_id, name_key, descendant_id, kind),
	DROP INDEX IF EXISTS ix_tree_login,
	ADD INDEX ix_tree_login (ancestor_id, last_login_at, descendant_id, kind);
