/* Is it up, is it ready, how is it doing. */
#include <string.h>

#include "module/harness.h"

static struct answer from(const char *path, const char *addr)
{
	return call_with(METHOD_GET, path, NULL, HEADERS(addr));
}

START_TEST(it_is_up_and_ready)
{
	static const char *const paths[] = { "/healthz", "/billing/healthz", "/readyz",
		                             "/billing/readyz" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		ck_status(call(METHOD_GET, paths[i], NULL), 200);
}
END_TEST

START_TEST(another_schema_is_not_ready)
{
	struct answer a;

	scratch_run("INSERT INTO schema_version SELECT version + 1, 'x.sql', sha256, applied_at"
	            " FROM schema_version ORDER BY version DESC LIMIT 1");
	a = from("/readyz", "REMOTE_ADDR=127.0.0.1");
	scratch_run("DELETE FROM schema_version WHERE name = 'x.sql'");
	ck_status(a, 503);
	ck_assert_str_eq(text_at(&a, "/database"), "true");
	ck_assert_str_eq(text_at(&a, "/schema"), "false");
}
END_TEST

START_TEST(metrics_are_for_those_who_may_see_them)
{
	ck_refused(from("/metrics", "REMOTE_ADDR=203.0.113.1"), 404, "not-found");
	ck_refused(from("/billing/metrics", "REMOTE_ADDR=203.0.113.1"), 404, "not-found");
	ck_status(from("/metrics", "REMOTE_ADDR=127.0.0.1"), 200);
}
END_TEST

START_TEST(requests_are_counted_by_route_and_status)
{
	struct answer a;

	call(METHOD_GET, "/healthz", NULL);
	call(METHOD_GET, "/healthz", NULL);
	call(METHOD_GET, "/api/v1/session", NULL);
	call(METHOD_GET, "/nothing", NULL);
	a = call(METHOD_GET, "/metrics", NULL);
	ck_status(a, 200);
	ck_assert(strstr(a.type, "text/plain"));
	ck_assert(strstr(a.body, "\ngatehouse_requests_total{pool=\"portal\",method=\"GET\","
	                         "route=\"/healthz\",status=\"2xx\"} 2\n"));
	ck_assert(strstr(a.body, "\ngatehouse_requests_total{pool=\"portal\",method=\"GET\","
	                         "route=\"/api/v1/session\",status=\"4xx\"} 1\n"));
	ck_assert(strstr(a.body, "\ngatehouse_requests_total{pool=\"portal\",method=\"-\","
	                         "route=\"-\",status=\"4xx\"} 1\n"));
	ck_assert(strstr(a.body, "route=\"/healthz\",le=\"+Inf\"} 2\n"));
	ck_assert(strstr(a.body, "\ngatehouse_requests_running{pool=\"portal\"} 1\n"));
}
END_TEST

START_TEST(the_description_is_for_everybody)
{
	struct answer a = call(METHOD_GET, "/api/v1/openapi.json", NULL);

	ck_status(a, 200);
	ck_assert_str_eq(text_at(&a, "/openapi"), "3.1.0");
	ck_assert(is_at(&a, "/paths/~1api~1v1~1session/post/requestBody"));
	ck_assert(is_at(&a, "/components/schemas/Session/properties/permissions"));
}
END_TEST

/* It is long and anybody may ask: no request makes or copies it, and none sends it twice. */
START_TEST(the_description_is_made_once)
{
	struct answer a = call(METHOD_GET, "/api/v1/openapi.json", NULL), b, c;
	const char *etag = arena_str(harness_ctx()->mem, a.etag);

	ck_assert_ptr_nonnull(etag);
	ck_assert_uint_eq(strlen(a.etag), 18);
	b = call(METHOD_GET, "/api/v1/openapi.json", NULL);
	ck_assert_ptr_eq(b.body, a.body);
	ck_assert_str_eq(b.etag, a.etag);
	c = call_with(
		METHOD_GET, "/api/v1/openapi.json", NULL,
		HEADERS(arena_printf(harness_ctx()->mem, "HTTP_IF_NONE_MATCH=%s", a.etag)));
	ck_status(c, 304);
	ck_assert_str_eq(c.body, "");
	ck_assert_str_eq(c.etag, a.etag);
	ck_assert_int_eq(a.body[0], '{');
	harness_base("/gate/");
	c = call(METHOD_GET, "/api/v1/openapi.json", NULL);
	ck_assert_str_eq(text_at(&c, "/servers/0/url"), "/gate");
	ck_assert_str_ne(c.etag, etag);
}
END_TEST

TESTS_WITH("health", harness_begin, NULL, it_is_up_and_ready, another_schema_is_not_ready,
           metrics_are_for_those_who_may_see_them, requests_are_counted_by_route_and_status,
           the_description_is_for_everybody, the_description_is_made_once);
