#include "db/acct.h"

#include "lib/suite.h"

const struct field number_fields[1] = { FIELD(struct number, n) };

const struct db_query add = { .text = "UPDATE acct SET seats = seats + 1 WHERE id = ?" };
const struct db_query put_op = { .text = "INSERT INTO op (op_id) VALUES (?)" };
const struct db_query seats = {
	.text = "SELECT seats AS n FROM acct WHERE id = ?",
	DB_ROWS(number_fields),
};
const struct db_query lock = {
	.text = "SELECT seats AS n FROM acct WHERE id = ? FOR UPDATE",
	DB_ROWS(number_fields),
};
static const struct db_query my_id = {
	.text = "SELECT CONNECTION_ID() AS n",
	DB_ROWS(number_fields),
};

struct arena mem;
struct db *db, *other;

void acct_setup(void)
{
	scratch_plain();
	arena_init(&mem, 16 << 20);
	db = scratch_connect(NULL);
	other = scratch_connect(NULL);
	scratch_run("CREATE TABLE acct (id INT PRIMARY KEY, seats INT NOT NULL)");
	scratch_run("INSERT INTO acct VALUES (1, 0), (2, 0), (3, 0)");
	scratch_run("CREATE TABLE op (op_id BIGINT PRIMARY KEY)");
}

void acct_teardown(void)
{
	db_free(db);
	db_free(other);
	arena_release(&mem);
}

int64_t read_number(struct db *on, const struct db_query *q, int64_t id)
{
	struct number row = { -1 };

	ck_assert_int_eq(db_one(on, q, DB_ARGS(db_i64(id)), &mem, &row), OK);
	return row.n;
}

int64_t connection_id(struct db *on)
{
	struct number row = { -1 };

	ck_assert_int_eq(db_one(on, &my_id, DB_NO_ARGS, &mem, &row), OK);
	return row.n;
}
