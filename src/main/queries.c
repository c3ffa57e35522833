#include "main/queries.h"

#include "accounts/accounts.h"
#include "accounts/queries.h"
#include "agenda/agenda.h"
#include "billing/queries.h"
#include "bulk/queries.h"
#include "changelog/queries.h"
#include "core/job_gather.h"
#include "core/job_items.h"
#include "core/queries.h"
#include "custom/inner.h"
#include "devices/inner.h"
#include "exports/exports.h"
#include "groups/queries.h"
#include "holds/exempt.h"
#include "holds/queries.h"
#include "invitations/queries.h"
#include "keys/keys.h"
#include "mail/mail.h"
#include "main/demo_sql.h"
#include "members/queries.h"
#include "moves/move.h"
#include "notes/notes.h"
#include "people/queries.h"
#include "registrations/queries.h"
#include "policy/queries.h"
#include "roles/queries.h"
#include "signin/email.h"
#include "signin/factor.h"
#include "signin/me.h"
#include "signin/notice.h"
#include "signin/one_time.h"
#include "signin/password_rule.h"
#include "signin/queries.h"
#include "signin/reset.h"
#include "signin/second.h"
#include "signin/unlock.h"
#include "support/queries.h"
#include "views/views.h"

const struct db_query *const *const all_queries[] = {
	change_queries,  op_queries,       outbox_queries,   jobs_queries,
	guard_queries,   job_items_queries, leave_queries, people_words_queries,
	people_list_queries, people_card_queries, member_find_queries, member_add_queries,
	member_change_queries, member_life_queries, member_session_queries, acting_queries,
	job_gather_queries, bulk_facts_queries, bulk_run_queries,
	resets_queries,
	lockout_queries, unlock_queries,
	people_queries,  revoke_queries,   session_queries,  who_queries,
	recall_queries,  epoch_queries,
	signin_queries,  throttle_queries, changelog_queries, exports_queries,
	changelog_ask_queries, changelog_told_queries, chain_queries, chain_check_queries,
	accounts_name_queries,
	index_queries,   list_queries,     list_other_queries, accounts_queries, sure_queries,
	account_create_queries, account_update_queries, account_replant_queries,
	account_card_queries,
	notes_queries, custom_queries, custom_write_queries, custom_settle_queries,
	custom_value_queries,
	contacts_queries, sites_queries, site_write_queries, csa_queries,
	groups_queries, group_kind_queries, group_member_queries,
	holds_queries,   hold_place_queries, exempt_queries, hold_due_queries, life_queries,
	move_queries, agenda_queries,
	purge_queries,   impact_queries,   devices_queries,  device_write_queries,
	device_place_queries, entitlements_queries,
	sources_queries, sources_admin_queries, event_queries, work_queries, order_queries,
	order_close_queries,
	intake_queries,   events_queries,   actions_queries, step_queries, camera_queries,
	effects_queries, effects_sync_queries, effects_location_queries,
	keys_queries,
	email_queries, factor_queries, me_queries, notice_queries, one_time_queries,
	password_rule_queries, reset_queries, second_queries,
	role_tree_queries, roles_queries, role_edit_queries, role_assign_queries,
	role_preview_queries, holder_queries, switch_queries, why_queries,
	policy_queries, policy_write_queries, area_queries,
	mail_queries,    mail_list_queries, mail_work_queries,
	invitation_list_queries, invitation_queries, invitation_remove_queries,
	invitation_rights_queries, invitation_accept_queries, invitation_join_queries,
	invitation_close_queries,
	registration_queries, registration_host_queries, registration_ask_queries,
	registration_open_queries, registration_decide_queries,
	support_queries, support_grant_queries, visit_queries,
	visit_end_queries, views_queries,
	demo_queries,    demo_own_queries,
	NULL,
};
