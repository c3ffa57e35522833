#include "web/health.h"

#include "core/ip.h"
#include "db/migrate.h"
#include "mail/mail.h"
#include "signin/gate.h"
#include "web/metrics.h"
#include "web/web.h"

struct health {
	const char *status;
};
static const struct field health_v[] = { FIELD(struct health, status) };
static const struct shape health_shape = { .name = "Health", .fields = FIELDS(health_v) };

struct ready {
	bool ready, database, schema;
	int64_t schema_version;
};
static const struct field ready_v[] = {
	FIELD(struct ready, ready),
	FIELD(struct ready, database),
	FIELD(struct ready, schema),
	FIELD(struct ready, schema_version),
};
static const struct shape ready_shape = { .name = "Readiness", .fields = FIELDS(ready_v) };

static enum err healthz(struct ctx *c, const struct request *rq, struct response *rs)
{
	static const struct health up = { "up" };

	(void)c;
	(void)rq;
	answer_row(rs, &health_shape, &up);
	return OK;
}

static bool is_trusted(const struct ctx *c)
{
	return ip_allowed(c->config->metrics_allow, c->actor.ip);
}

static enum err readyz(struct ctx *c, const struct request *rq, struct response *rs)
{
	struct ready r = { 0 };
	enum err e = db_ping(c->db);

	(void)rq;
	r.database = !e;
	if (!e)
		e = migrate_check(c->db, c->mem, &r.schema_version);
	r.schema = !e;
	r.ready = r.database && r.schema;
	if (!r.ready && !is_trusted(c))
		return FAIL(c, ERR_UNAVAILABLE, "not-ready", "Not ready.");
	rs->status = r.ready ? 200 : 503;
	answer_row(rs, &ready_shape, &r);
	return OK;
}

static void gate_write(struct buf *b, const struct hash_gate *g, const char *pool)
{
	buf_puts(b, "# HELP gatehouse_password_hashes_running Password hashes under way.\n"
	            "# TYPE gatehouse_password_hashes_running gauge\n");
	buf_printf(b, "gatehouse_password_hashes_running{pool=\"%s\"} %d\n", pool, gate_busy(g));
	buf_puts(b, "# HELP gatehouse_password_hashes_total Password hashes begun.\n"
	            "# TYPE gatehouse_password_hashes_total counter\n");
	buf_printf(b, "gatehouse_password_hashes_total{pool=\"%s\"} %lld\n", pool,
	           (long long)gate_taken(g));
	buf_puts(b, "# HELP gatehouse_password_hashes_refused_total Sign-ins turned away for want"
	            " of room.\n"
	            "# TYPE gatehouse_password_hashes_refused_total counter\n");
	buf_printf(b, "gatehouse_password_hashes_refused_total{pool=\"%s\"} %lld\n", pool,
	           (long long)gate_refused(g));
}

/* Left out when the database does not answer: the rest is told all the same. */
static void mails_write(struct ctx *c, struct buf *b)
{
	int64_t n;

	if (mail_count_waiting(c, ACCOUNT_ROOT, &n) != OK)
		return;
	buf_puts(b, "# HELP gatehouse_mails_waiting Mails that are not sent yet.\n"
	            "# TYPE gatehouse_mails_waiting gauge\n");
	buf_printf(b, "gatehouse_mails_waiting %lld\n", (long long)n);
}

static enum err write_metrics(struct ctx *c, struct response *rs, enum pool_kind kind)
{
	const char *pool = kind == POOL_BILLING ? "billing" : "portal";

	if (!is_trusted(c))
		return FAIL(c, ERR_NOT_FOUND, "not-found", "There is nothing here.");
	metrics_write(&rs->body, c->config->metrics, web_tables(kind), pool);
	gate_write(&rs->body, c->config->gate, pool);
	if (kind == POOL_PORTAL)
		mails_write(c, &rs->body);
	return OK;
}

static enum err portal_metrics(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rq;
	return write_metrics(c, rs, POOL_PORTAL);
}

static enum err billing_metrics(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rq;
	return write_metrics(c, rs, POOL_BILLING);
}

#define PROMETHEUS "text/plain; version=0.0.4; charset=utf-8"

const struct route health_routes[] = {
	{ .method = METHOD_GET, .path = "/healthz", .run = healthz, .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE, .name = "getHealth", .summary = "Whether the process is up",
	  .out = &health_shape },
	{ .method = METHOD_GET, .path = "/readyz", .run = readyz, .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE, .name = "getReadiness",
	  .summary = "Whether the database answers and its schema is current",
	  .out = &ready_shape },
	{ .method = METHOD_GET, .path = "/metrics", .run = portal_metrics, .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE, .name = "getMetrics",
	  .summary = "Counters as Prometheus text, for allowed addresses",
	  .produces = PROMETHEUS },
	{ .path = NULL },
};

const struct route billing_health_routes[] = {
	{ .method = METHOD_GET, .path = "/billing/healthz", .run = healthz, .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE, .name = "getBillingHealth",
	  .summary = "Whether a process of the billing pool is up", .out = &health_shape },
	{ .method = METHOD_GET, .path = "/billing/readyz", .run = readyz, .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE, .name = "getBillingReadiness",
	  .summary = "Whether the database answers the billing pool and its schema is current",
	  .out = &ready_shape },
	{ .method = METHOD_GET, .path = "/billing/metrics", .run = billing_metrics,
	  .perm = PERM_PUBLIC, .mode = ROUTE_FREE, .name = "getBillingMetrics",
	  .summary = "Counters of the billing pool as Prometheus text, for allowed addresses",
	  .produces = PROMETHEUS },
	{ .path = NULL },
};
