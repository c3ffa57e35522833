/* Work promised in a transaction, and jobs people watch. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/jobs.h"
#include "core/op.h"
#include "core/outbox.h"
#include "exports/exports.h"
#include "main/jobs.h"
#include "module/harness.h"

static int runs;
static char correlation[33];
static char well[] = "well", badly[] = "badly", nonsense[] = "nonsense";

static enum err run_well(struct ctx *c, const struct outbox_row *row)
{
	runs++;
	snprintf(correlation, sizeof(correlation), "%s", c->request_id);
	ck_assert_int_eq(row->ref_id, 7);
	ck_assert_str_eq(row->payload, "{}");
	return OK;
}

static enum err run_badly(struct ctx *c, const struct outbox_row *row)
{
	(void)row;
	runs++;
	return FAIL(c, ERR_UNAVAILABLE, "unavailable", "Not now.");
}

static const struct outbox_kind kinds[] = {
	{ "well", run_well, 3 },
	{ "badly", run_badly, 3 },
	{ NULL, NULL, 0 },
};

static void setup(void)
{
	harness_begin();
	runs = 0;
}

static enum err put(void *arg)
{
	return outbox_put(harness_ctx(), arg, 7, "{}");
}

static bool step(void)
{
	bool did = false;

	ck_assert_int_eq(outbox_step(harness_ctx(), kinds, &did), OK);
	return did;
}

START_TEST(promised_work_is_done_once)
{
	char id[33];

	snprintf(id, sizeof(id), "%s", harness_ctx()->request_id);
	harness_tx(put, well);
	memset(harness_ctx()->request_id, '0', 32);
	ck_assert(step());
	ck_assert_int_eq(runs, 1);
	ck_assert_str_eq(correlation, id);
	ck_assert_msg(harness_ctx()->request_id[0] == '0' &&
	                      harness_ctx()->request_id[31] == '0',
	              "what comes after it stands under its own id");
	ck_assert(!step());
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM outbox WHERE state = 'done'"),
	                 1);
}
END_TEST

START_TEST(work_that_fails_comes_again_later_and_then_no_more)
{
	harness_tx(put, badly);
	for (int i = 1; i <= 3; i++) {
		ck_assert(step());
		ck_assert_int_eq(runs, i);
		ck_assert(!step());
		ck_assert_int_eq(scratch_count(
					 "SELECT COUNT(*) AS n FROM outbox WHERE"
					 " state = 'waiting' AND due_at <= UTC_TIMESTAMP(6)"),
		                 0);
		scratch_run("UPDATE outbox SET due_at = UTC_TIMESTAMP(6)");
	}
	ck_assert(!step());
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM outbox WHERE state = 'dead'"
	                               " AND last_error = 'unavailable unavailable'"),
	                 1);
}
END_TEST

START_TEST(work_of_another_kind_waits_for_who_knows_it)
{
	harness_tx(put, nonsense);
	harness_tx(put, well);
	ck_assert(step());
	ck_assert(!step());
	ck_assert_int_eq(runs, 1);
	ck_assert_int_eq(scratch_count(
				 "SELECT COUNT(*) AS n FROM outbox WHERE state = 'waiting'"
				 " AND kind = 'nonsense' AND tries = 0"),
	                 1);
}
END_TEST

START_TEST(one_kind_does_not_wait_for_another)
{
	for (int i = 0; i < 3; i++)
		harness_tx(put, badly);
	harness_tx(put, well);
	ck_assert(step());
	ck_assert_int_eq(runs, 2);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM outbox WHERE state = 'done'"),
	                 1);
}
END_TEST

START_TEST(what_was_done_is_forgotten_after_a_week)
{
	int64_t n = 0;

	harness_tx(put, well);
	step();
	ck_assert_int_eq(outbox_sweep(harness_ctx(), 100, &n), OK);
	ck_assert_int_eq(n, 0);
	scratch_run("UPDATE outbox SET due_at = due_at - INTERVAL 8 DAY");
	ck_assert_int_eq(outbox_sweep(harness_ctx(), 100, &n), OK);
	ck_assert_int_eq(n, 1);
}
END_TEST

START_TEST(what_was_given_up_is_forgotten_after_a_month)
{
	int64_t n = 0;

	harness_tx(put, badly);
	scratch_run("UPDATE outbox SET state = 'dead', due_at = due_at - INTERVAL 29 DAY");
	ck_assert_int_eq(outbox_sweep(harness_ctx(), 100, &n), OK);
	ck_assert_int_eq(n, 0);
	scratch_run("UPDATE outbox SET due_at = due_at - INTERVAL 2 DAY");
	ck_assert_int_eq(outbox_sweep(harness_ctx(), 100, &n), OK);
	ck_assert_int_eq(n, 1);
}
END_TEST

static int64_t job_id;

static enum err create(void *arg)
{
	const struct job_new *in = arg;

	return jobs_create(harness_ctx(), in, &job_id);
}

static int64_t make_job(int64_t account_id, int64_t person_id)
{
	struct job_new in = { .kind = "export",
		              .label = "changes",
		              .account_id = account_id,
		              .slot = person_id };

	harness_ctx()->actor.person_id = person_id;
	harness_tx(create, &in);
	return job_id;
}

static const char *job_path(int64_t id, const char *rest)
{
	return arena_printf(harness_ctx()->mem, "/api/v1/jobs/%s%s", id_text(ID_JOB, id), rest);
}

START_TEST(one_export_a_person_at_a_time)
{
	struct job_new in = { .kind = "export", .label = "x", .account_id = 1, .slot = 5 };
	struct job_end end = { .state = "succeeded",
		               .file = "f",
		               .bytes = 10,
		               .expires_at = STAMP_NONE,
		               .done = 3 };
	int64_t first = make_job(ACCOUNT_ROOT, 5);
	struct ctx *c = harness_ctx();

	ck_assert_int_eq(db_tx(c->db, DB_WRITE, create, &in), ERR_CONFLICT);
	ck_assert_str_eq(c->fault.code, "export-running");
	make_job(ACCOUNT_ROOT, 6);
	ck_assert_int_eq(jobs_end(harness_ctx(), first, &end), OK);
	make_job(ACCOUNT_ROOT, 5);
}
END_TEST

/* After a lost COMMIT the same is done again; a file of it has no address until it ends. */
START_TEST(an_export_made_again_is_the_same_one)
{
	struct job_new in = {
		.kind = "export", .label = "x", .account_id = 1, .slot = 5, .file = "one.csv"
	};
	struct ctx *c = harness_ctx();
	struct job job;
	int64_t first;

	c->actor.person_id = 5;
	harness_tx(create, &in);
	first = job_id;
	job_id = 0;
	harness_tx(create, &in);
	ck_assert_int_eq(job_id, first);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job"), 1);
	ck_assert_int_eq(jobs_find(c, first, &job), OK);
	ck_assert_ptr_null(job.file_url);
	in.file = "two.csv";
	ck_assert_int_eq(db_tx(c->db, DB_WRITE, create, &in), ERR_CONFLICT);
	ck_assert_str_eq(c->fault.code, "export-running");
}
END_TEST

START_TEST(jobs_are_seen_by_their_owner_and_above)
{
	int64_t north = make_account(ACCOUNT_ROOT, "reseller", "North");
	int64_t south = make_account(ACCOUNT_ROOT, "reseller", "South");
	int64_t id = make_job(north, 999);

	acts_as_new(south, ROLE_RESELLER_SUPPORT, "sam");
	ck_refused(call(METHOD_GET, job_path(id, ""), NULL), 404, "not-found");
	ck_refused(call(METHOD_POST, job_path(id, "/cancel"), "{}"), 404, "not-found");
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "nell");
	ck_status(call(METHOD_GET, job_path(id, ""), NULL), 200);
	acts_as_new(ACCOUNT_ROOT, ROLE_PLATFORM_AUDITOR, "paul");
	ck_status(call(METHOD_GET, job_path(id, ""), NULL), 200);
}
END_TEST

START_TEST(a_cancelled_job_hears_of_it)
{
	int64_t north = make_account(ACCOUNT_ROOT, "reseller", "North"),
		id = make_job(north, 999);
	bool cancelled = true;
	struct job_end end = { .state = "cancelled", .expires_at = STAMP_NONE };

	ck_assert_int_eq(jobs_beat(harness_ctx(), id, 100, &cancelled), OK);
	ck_assert(!cancelled);
	acts_as_new(north, ROLE_RESELLER_SUPPORT, "nell");
	ck_status(call(METHOD_POST, job_path(id, "/cancel"), "{}"), 200);
	ck_assert_int_eq(jobs_beat(harness_ctx(), id, 200, &cancelled), OK);
	ck_assert(cancelled);
	ck_assert_int_eq(jobs_end(harness_ctx(), id, &end), OK);
	ck_refused(call(METHOD_POST, job_path(id, "/cancel"), "{}"), 409, "job-finished");
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM change_log"
	                               " WHERE action = 'job.cancel'"),
	                 1);
}
END_TEST

START_TEST(a_job_that_fell_silent_has_failed)
{
	bool cancelled = false;

	make_job(ACCOUNT_ROOT, 5);
	ck_assert_int_eq(jobs_sweep(harness_ctx()), OK);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job WHERE state = 'failed'"),
	                 0);
	scratch_run("UPDATE job SET beat_at = beat_at - INTERVAL 3 MINUTE");
	ck_assert_int_eq(jobs_sweep(harness_ctx()), OK);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job WHERE state = 'failed'"
	                               " AND running_slot IS NULL"),
	                 1);
	ck_assert_int_eq(jobs_beat(harness_ctx(), job_id, 1, &cancelled), OK);
	ck_assert(cancelled);
}
END_TEST

START_TEST(files_go_when_their_time_is_over)
{
	const char *name = arena_printf(harness_ctx()->mem, "gatehouse-test-%d", (int)getpid());
	const char *path = arena_printf(harness_ctx()->mem, "%s/%s",
	                                harness_ctx()->config->spool_dir, name);
	struct job_end end = { .state = "succeeded",
		               .file = name,
		               .bytes = 1,
		               .expires_at = stamp_add(stamp_now(), USEC_PER_HOUR) };
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fclose(f);
	make_job(ACCOUNT_ROOT, 5);
	ck_assert_int_eq(jobs_end(harness_ctx(), job_id, &end), OK);
	ck_assert_int_eq(jobs_sweep(harness_ctx()), OK);
	ck_assert_int_eq(access(path, F_OK), 0);
	scratch_run("UPDATE job SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND");
	ck_assert_int_eq(jobs_sweep(harness_ctx()), OK);
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job WHERE file IS NULL"), 1);
}
END_TEST

START_TEST(answers_are_kept_for_a_day)
{
	int64_t n = 0;

	scratch_run("INSERT INTO op (op_id, fingerprint, at) VALUES"
	            " (REPEAT('a', 32), REPEAT('b', 32), UTC_TIMESTAMP(6) - INTERVAL 23 HOUR),"
	            " (REPEAT('c', 32), REPEAT('d', 32), UTC_TIMESTAMP(6) - INTERVAL 25 HOUR)");
	ck_assert_int_eq(op_sweep(harness_ctx(), 100, &n), OK);
	ck_assert_int_eq(n, 1);
}
END_TEST

static const char *put_file(const char *name, int hours_old)
{
	struct ctx *c = harness_ctx();
	const char *path = arena_printf(c->mem, "%s/%s", c->config->spool_dir, name);
	const struct timespec at = { .tv_sec = c->now.usec / USEC_PER_SEC - hours_old * 3600 };
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(futimens(fileno(f), (struct timespec[]){ at, at }), 0);
	fclose(f);
	return path;
}

/* A process that died left its file behind, and no job speaks of it. */
START_TEST(files_of_no_job_go_when_they_are_old)
{
	const char *part = put_file("old.csv.part", 3), *whole = put_file("old.csv", 3),
		   *fresh = put_file("new.csv.part", 0), *other = put_file("other.txt", 3);

	ck_assert_int_eq(exports_sweep(harness_ctx()->config->spool_dir), OK);
	ck_assert_int_ne(access(part, F_OK), 0);
	ck_assert_int_ne(access(whole, F_OK), 0);
	ck_assert_int_eq(access(fresh, F_OK), 0);
	ck_assert_int_eq(access(other, F_OK), 0);
}
END_TEST

struct forget {
	struct ctx *c;
	int64_t max, n;
};

static enum err forget_jobs(void *arg)
{
	struct forget *f = arg;

	return jobs_forget(f->c, f->max, &f->n);
}

static int64_t forgotten(int64_t max)
{
	struct ctx c = *harness_ctx();
	struct forget f = { &c, max, -1 };

	c.db = scratch_connect("gatehouse_worker");
	ck_assert_int_eq(db_tx(c.db, DB_WRITE, forget_jobs, &f), OK);
	db_free(c.db);
	return f.n;
}

/* Long ago: one of each kind of end, one that runs, one that waits; and one just ended. */
static void make_old_jobs(void)
{
	scratch_run(
		"INSERT INTO job (id, kind, state, person_id, person_label, account_id, label,"
		" total, file, beat_at, correlation_id, created_at, finished_at)"
		" SELECT s.seq, 'reset', ELT(s.seq, 'succeeded', 'partial', 'failed',"
		" 'cancelled', 'running', 'queued', 'failed'), 5, 'Ann', 1, 'x', 3,"
		" IF(s.seq = 1, 'old-job', NULL), w.at, REPEAT('a', 32), w.at,"
		" CASE WHEN s.seq = 7 THEN UTC_TIMESTAMP(6) WHEN s.seq < 5 THEN w.at END"
		" FROM seq_1_to_7 s JOIN (SELECT UTC_TIMESTAMP(6) - INTERVAL 91 DAY AS at) w");
	scratch_run("INSERT INTO job_item (job_id, seq, target_id)"
	            " SELECT j.id, s.seq, s.seq FROM job j JOIN seq_1_to_3 s");
}

START_TEST(an_ended_job_goes_after_ninety_days_with_its_items_and_its_file)
{
	const char *file = put_file("old-job", 0);

	make_old_jobs();
	scratch_run("UPDATE job SET finished_at = finished_at + INTERVAL 2 DAY WHERE id = 4");
	ck_assert_int_eq(forgotten(5), 8); /* each goes whole */
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job_item"), 15);
	ck_assert_int_eq(forgotten(5), 4);
	ck_assert_int_eq(forgotten(5), 0);
	ck_assert_int_ne(access(file, F_OK), 0);
	ck_assert_int_eq(scratch_count("SELECT SUM(id) AS n FROM job"), 4 + 5 + 6 + 7);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM job_item"), 12);
}
END_TEST

struct number {
	int64_t n;
};
static const struct field number_v[] = { FIELD(struct number, n) };
static const struct db_query looked_at = {
	.text = "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) AS n"
		" FROM information_schema.SESSION_STATUS"
		" WHERE VARIABLE_NAME LIKE 'HANDLER\\_READ\\_%'",
	DB_ROWS(number_v),
};

static int64_t rows_read(struct ctx *c)
{
	struct number row;

	ck_assert_int_eq(db_one(c->db, &looked_at, DB_NO_ARGS, c->mem, &row), OK);
	return row.n;
}

/* However many have not ended so long ago: none of them is looked at. */
START_TEST(jobs_to_forget_are_found_by_an_index)
{
	struct forget f = { harness_ctx(), 100, -1 };
	int64_t before, after;

	scratch_run(
		"INSERT INTO job (id, kind, state, person_id, person_label, account_id, label,"
		" beat_at, correlation_id, created_at, finished_at) SELECT 10 + seq, 'export',"
		" ELT(1 + seq MOD 4, 'succeeded', 'partial', 'failed', 'cancelled'), 5,"
		" 'Ann', 1, 'x', UTC_TIMESTAMP(6) - INTERVAL seq MOD 80 DAY,"
		" REPEAT('a', 32), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_2000");
	make_old_jobs();
	before = rows_read(f.c);
	ck_assert_int_eq(forget_jobs(&f), OK);
	after = rows_read(f.c);
	ck_assert_int_eq(f.n, 16);
	before = after - before - (rows_read(f.c) - after);
	ck_assert_msg(before < 100, "%lld rows looked at", (long long)before);
}
END_TEST

/* The portal's user may delete next to nothing: most steps and sweeps fail, and the last works. */
START_TEST(a_sweep_that_fails_keeps_no_other_from_its_rows)
{
	const char *whole = put_file("old.csv", 3);
	struct jobs_clock clock = { 0 };
	struct ctx c = *harness_ctx();
	bool did;

	c.db = scratch_connect("gatehouse_portal");
	scratch_run("INSERT INTO op (op_id, fingerprint, at) VALUES"
	            " (REPEAT('a', 32), REPEAT('b', 32), UTC_TIMESTAMP(6) - INTERVAL 25 HOUR)");
	ck_assert_int_ne(jobs_run_round(&c, &clock, &did), OK);
	db_free(c.db);
	ck_assert_int_eq(scratch_count("SELECT COUNT(*) AS n FROM op"), 1);
	ck_assert_int_ne(access(whole, F_OK), 0);
}
END_TEST

TESTS_WITH("outbox", setup, NULL, promised_work_is_done_once,
           work_that_fails_comes_again_later_and_then_no_more,
           work_of_another_kind_waits_for_who_knows_it, one_kind_does_not_wait_for_another,
           what_was_done_is_forgotten_after_a_week, one_export_a_person_at_a_time,
           an_export_made_again_is_the_same_one, jobs_are_seen_by_their_owner_and_above,
           a_cancelled_job_hears_of_it, a_job_that_fell_silent_has_failed,
           files_go_when_their_time_is_over, files_of_no_job_go_when_they_are_old,
           answers_are_kept_for_a_day, a_sweep_that_fails_keeps_no_other_from_its_rows,
           what_was_given_up_is_forgotten_after_a_month,
           an_ended_job_goes_after_ninety_days_with_its_items_and_its_file,
           jobs_to_forget_are_found_by_an_index);
