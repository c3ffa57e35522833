#include <string.h>

#include "web/route.h"

void answer_row(struct response *rs, const struct shape *shape, const void *row)
{
	json_row(&rs->body, shape->fields, row);
}

void answer_etag(struct response *rs, struct arena *mem, int64_t ver)
{
	rs->etag = arena_printf(mem, "\"v%lld\"", (long long)ver);
}

void answer_items_begin(struct response *rs)
{
	json_open(&rs->body, '{');
	json_key(&rs->body, "items");
	json_open(&rs->body, '[');
}

void answer_items_end(struct response *rs, const struct page_end *end)
{
	struct buf *b = &rs->body;

	json_close(b, ']');
	json_key(b, "next");
	json_str(b, end->next);
	json_key(b, "prev");
	json_str(b, end->prev);
	json_key(b, "total");
	if (end->total < 0) {
		json_null(b);
	} else {
		json_open(b, '{');
		json_key(b, "value");
		json_i64(b, end->total);
		json_key(b, "exact");
		json_bool(b, end->exact);
		json_close(b, '}');
	}
	json_close(b, '}');
	rs->next = end->next;
	rs->prev = end->prev;
}

void answer_items(struct response *rs, const struct shape *shape, const void *rows, size_t n,
                  size_t row_size, const struct page_end *end)
{
	answer_items_begin(rs);
	for (size_t i = 0; i < n; i++)
		json_row(&rs->body, shape->fields, (const char *)rows + i * row_size);
	answer_items_end(rs, end);
}
