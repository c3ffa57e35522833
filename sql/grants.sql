-- What each program's user may do; said anew after every migration, and what is
-- not said here is taken back.  The users themselves are made beforehand, with
-- passwords of their own.
--
-- Nobody may change or remove a line of the change log.  A password hash is
-- read by the portal alone, which checks it; a billing secret by the billing
-- pool and the worker, which check and send signatures.

-- The portal.
GRANT SELECT ON schema_version TO gatehouse_portal@localhost;
GRANT SELECT, INSERT ON change_log TO gatehouse_portal@localhost;
GRANT SELECT ON change_chain TO gatehouse_portal@localhost;
GRANT UPDATE (check_due_at) ON change_chain TO gatehouse_portal@localhost;
GRANT SELECT ON change_break TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON account TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_tree TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, DELETE ON account_word TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_contact TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_note TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON custom_field TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON custom_value TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON custom_version TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_origin TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON hold TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON person TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, DELETE ON person_word TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON membership TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON session TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON throttle TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON lockout TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON op TO gatehouse_portal@localhost;
GRANT SELECT, INSERT ON outbox TO gatehouse_portal@localhost;
-- What a mail says is read by the worker alone.
GRANT SELECT (id, account_id, person_id, kind, locale, to_address, state, tries, last_error,
	outbox_id, created_at, first_at, next_at, sent_at, ended_at)
	ON mail TO gatehouse_portal@localhost;
GRANT INSERT, UPDATE ON mail TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON job TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON job_item TO gatehouse_portal@localhost;
GRANT SELECT, INSERT ON csa TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON site TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON device TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_grant TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON entitlement TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON member_permission TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON role TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON role_permission TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON membership_role TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON party_group TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, DELETE ON party_group_member TO gatehouse_portal@localhost;
GRANT SELECT, UPDATE ON access_epoch TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_policy TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_area TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON factor TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON recovery_code TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON one_time TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON api_key TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON invitation TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON registration TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON support_grant TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON visit TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view_default TO gatehouse_portal@localhost;
GRANT SELECT ON billing_source TO gatehouse_portal@localhost;
GRANT SELECT (id, source_id, kind, created_at, retire_at) ON billing_secret
	TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON billing_event TO gatehouse_portal@localhost;
GRANT SELECT, INSERT ON billing_event_memory TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON billing_subject TO gatehouse_portal@localhost;
GRANT SELECT, INSERT, UPDATE ON billing_register TO gatehouse_portal@localhost;

-- The billing pool: callbacks and exports.  It makes no sessions.
GRANT SELECT ON schema_version TO gatehouse_billing@localhost;
GRANT SELECT, INSERT ON change_log TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON account TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON account_tree TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, DELETE ON account_word TO gatehouse_billing@localhost;
GRANT SELECT ON account_contact TO gatehouse_billing@localhost;
GRANT SELECT ON account_note TO gatehouse_billing@localhost;
GRANT SELECT ON saved_view TO gatehouse_billing@localhost;
GRANT SELECT ON custom_field TO gatehouse_billing@localhost;
GRANT SELECT ON custom_value TO gatehouse_billing@localhost;
GRANT SELECT ON custom_version TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_origin TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON hold TO gatehouse_billing@localhost;
GRANT SELECT (id, login, email, email_verified_at, name, phone, kind, origin, state,
	password_changed_at, must_change, can_change_password, last_login_at, locale, time_zone,
	theme, density, shortcuts, ver, created_at, created_by_label, updated_at)
	ON person TO gatehouse_billing@localhost;
GRANT INSERT, UPDATE ON person TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, DELETE ON person_word TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON membership TO gatehouse_billing@localhost;
GRANT SELECT ON session TO gatehouse_billing@localhost;
GRANT UPDATE (last_seen_at, revoked_at, revoked_why) ON session TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON op TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON throttle TO gatehouse_billing@localhost;
GRANT SELECT, UPDATE ON lockout TO gatehouse_billing@localhost;
GRANT SELECT, INSERT ON outbox TO gatehouse_billing@localhost;
GRANT SELECT (id), INSERT, UPDATE (sealed, outbox_id) ON mail TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON job TO gatehouse_billing@localhost;
GRANT SELECT, INSERT ON csa TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON site TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON device TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_grant TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON entitlement TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON member_permission TO gatehouse_billing@localhost;
GRANT SELECT ON role TO gatehouse_billing@localhost;
GRANT SELECT, INSERT ON membership_role TO gatehouse_billing@localhost;
-- The list of accounts, exported, may be filtered by a group.
GRANT SELECT ON party_group TO gatehouse_billing@localhost;
GRANT SELECT ON party_group_member TO gatehouse_billing@localhost;
GRANT SELECT, UPDATE ON access_epoch TO gatehouse_billing@localhost;
GRANT SELECT ON account_policy TO gatehouse_billing@localhost;
GRANT SELECT ON account_area TO gatehouse_billing@localhost;
GRANT SELECT (id, person_id, kind, confirmed_at) ON factor TO gatehouse_billing@localhost;
GRANT SELECT (token_hash, person_id, used_at) ON one_time TO gatehouse_billing@localhost;
GRANT UPDATE (used_at) ON one_time TO gatehouse_billing@localhost;
GRANT SELECT ON api_key TO gatehouse_billing@localhost;
GRANT UPDATE (last_used_at, revoked_at, revoked_why, ver) ON api_key TO gatehouse_billing@localhost;
GRANT SELECT, UPDATE ON invitation TO gatehouse_billing@localhost;
GRANT SELECT, UPDATE ON support_grant TO gatehouse_billing@localhost;
GRANT SELECT, UPDATE ON visit TO gatehouse_billing@localhost;
GRANT SELECT ON billing_source TO gatehouse_billing@localhost;
GRANT SELECT ON billing_secret TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON billing_event TO gatehouse_billing@localhost;
GRANT SELECT, INSERT ON billing_event_memory TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON billing_subject TO gatehouse_billing@localhost;
GRANT SELECT, INSERT, UPDATE ON billing_register TO gatehouse_billing@localhost;

-- The worker: deferred events, purges, sweeps.
GRANT SELECT ON schema_version TO gatehouse_worker@localhost;
GRANT SELECT, INSERT ON change_log TO gatehouse_worker@localhost;
-- A purge takes what is personal out of the log; what was done, when, stays.
GRANT UPDATE (actor_label, target_label, account_label, before_values, after_values, reason, ip,
	user_agent)
	ON change_log TO gatehouse_worker@localhost;
-- It seals what was written; a seal is never changed.
GRANT SELECT, INSERT ON change_seal TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE ON change_chain TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, DELETE ON change_break TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE ON account TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_tree TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_word TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE, DELETE ON account_contact TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON account_note TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON custom_field TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON custom_value TO gatehouse_worker@localhost;
GRANT SELECT ON custom_version TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_origin TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE ON hold TO gatehouse_worker@localhost;
GRANT SELECT (id, login, email, email_verified_at, name, phone, kind, origin, state,
	password_changed_at, must_change, can_change_password, last_login_at, locale, time_zone,
	theme, density, shortcuts, ver, created_at, created_by_label, updated_at,
	indexed, name_key, seen_at)
	ON person TO gatehouse_worker@localhost;
GRANT INSERT, UPDATE ON person TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, DELETE ON person_word TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON membership TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE, DELETE ON session TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON throttle TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE ON lockout TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON op TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON mail TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON job TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON job_item TO gatehouse_worker@localhost;
GRANT SELECT, INSERT ON csa TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON site TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE ON device TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_grant TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON entitlement TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON member_permission TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON role TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON role_permission TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, DELETE ON membership_role TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON party_group TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON party_group_member TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE ON access_epoch TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON account_policy TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON account_area TO gatehouse_worker@localhost;
GRANT SELECT (id, person_id, kind, confirmed_at) ON factor TO gatehouse_worker@localhost;
GRANT DELETE ON factor TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON recovery_code TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON one_time TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE, DELETE ON api_key TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE, DELETE ON invitation TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE, DELETE ON registration TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE, DELETE ON support_grant TO gatehouse_worker@localhost;
GRANT SELECT, UPDATE, DELETE ON visit TO gatehouse_worker@localhost;
GRANT SELECT, DELETE ON saved_view TO gatehouse_worker@localhost;
GRANT SELECT ON billing_source TO gatehouse_worker@localhost;
GRANT SELECT ON billing_secret TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON billing_event TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON billing_event_memory TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON billing_subject TO gatehouse_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON billing_register TO gatehouse_worker@localhost;
