-- The list of customers, which is opened most, reads their state from its own
-- index: a page needs no row of the tree.  A hold writes one index more for it.
ALTER TABLE account_tree
	DROP INDEX IF EXISTS ix_tree_kind,
	ADD INDEX ix_tree_kind (ancestor_id, kind, name_key, descendant_id, own_state);
