#include "mail/template.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/conf.h"

#define FILE_MAX_BYTES ((size_t)32 * 1024)
#define OUT_MAX        ((size_t)64 * 1024)
#define NAME_MAX_BYTES 40

/* A file in its two halves; lines of both end with a line feed alone. */
struct sheet {
	const char *head, *body;
};

struct filling {
	struct arena *mem;
	const struct mail_template *t;
	struct sheet own, common;
	const char *why; /* the first complaint */
};

static void put_html(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '&')
			buf_puts(b, "&amp;");
		else if (*s == '<')
			buf_puts(b, "&lt;");
		else if (*s == '>')
			buf_puts(b, "&gt;");
		else if (*s == '"')
			buf_puts(b, "&quot;");
		else if (*s == '\'')
			buf_puts(b, "&#39;");
		else
			buf_putc(b, *s);
	}
}

/* A value; text that runs the other way does not turn its neighbours round. */
static void put_value(struct buf *b, const char *s, bool html)
{
	if (!html) {
		buf_puts(b, s);
		return;
	}
	buf_puts(b, "<bdi>");
	put_html(b, s);
	buf_puts(b, "</bdi>");
}

static const char *complain(struct filling *f, const char *what, const char *name)
{
	if (!f->why)
		f->why = arena_printf(f->mem, "%s/%s.txt: %s %s", f->t->locale, f->t->kind,
		                      what, name);
	return "";
}

/* The rest of the line "name: rest" of a head, or NULL. */
static const char *head_find(struct filling *f, const char *head, const char *name)
{
	size_t n = strlen(name), len;

	for (; *head; head += len + (head[len] == '\n')) {
		len = strcspn(head, "\n");
		if (len > n + 2 && !memcmp(head, name, n) && !memcmp(head + n, ": ", 2))
			return arena_copy(f->mem, head + n + 2, len - n - 2);
	}
	return NULL;
}

static const char *value_of(const struct filling *f, const char *name)
{
	for (const struct mail_value *v = f->t->values; v->name; v++)
		if (!strcmp(v->name, name))
			return v->text;
	return NULL;
}

static void fill(struct filling *f, struct buf *b, const char *s, size_t n, bool html);

/* "1. März 2026, 09:15 UTC" of an RFC 3339 text, as common.txt writes dates. */
static const char *date_text(struct filling *f, const char *rfc3339)
{
	const char *form = head_find(f, f->common.head, "Date");
	const char *month = head_find(f, f->common.head, "Months");
	struct mail_template t = *f->t;
	struct filling date = *f;
	char text[STAMP_TEXT];
	struct stamp at;
	struct buf b;

	if (!form || !month || !stamp_read(rfc3339, strlen(rfc3339), &at))
		return complain(f, "cannot write the date", rfc3339);
	stamp_write(at, text);
	for (int i = (text[5] - '0') * 10 + text[6] - '0'; i > 1; i--)
		month += strcspn(month, " ") + (month[strcspn(month, " ")] == ' ');
	t.values = (const struct mail_value[]){
		{ "day",
		  arena_copy(f->mem, text + 8 + (text[8] == '0'), text[8] == '0' ? 1 : 2) },
		{ "month", arena_copy(f->mem, month, strcspn(month, " ")) },
		{ "year", arena_copy(f->mem, text, 4) },
		{ "time", arena_copy(f->mem, text + 11, 5) },
		{ NULL, NULL },
	};
	date.t = &t;
	buf_init(&b, f->mem, 200);
	fill(&date, &b, form, strlen(form), false);
	if (date.why)
		return complain(f, "cannot write dates:", date.why);
	return buf_str(&b);
}

/* What stands for {name}. */
static const char *lookup(struct filling *f, const char *name)
{
	const char *text = value_of(f, name), *word;
	size_t n = strlen(name);

	if (!strcmp(name, "brand"))
		return f->t->brand;
	if (!text)
		return complain(f, "there is no value", name);
	if (n > 3 && !strcmp(name + n - 3, "_at"))
		return date_text(f, text);
	if (strcmp(name, "state") != 0)
		return text;
	word = head_find(f, f->own.head, arena_printf(f->mem, "state-%s", text));
	return word ? word : complain(f, "there is no word for the state", text);
}

/* n bytes of a template with their values. */
static void fill(struct filling *f, struct buf *b, const char *s, size_t n, bool html)
{
	char one[2] = { 0 };
	size_t len;

	for (size_t i = 0; i < n; i++) {
		one[0] = s[i];
		if (s[i] != '{') {
			if (html && s[i] == '\n')
				buf_puts(b, "<br>");
			html ? put_html(b, one) : buf_putc(b, s[i]);
			continue;
		}
		len = strcspn(s + i, "}");
		if (i + len >= n) {
			complain(f, "a brace is not closed", "");
			return;
		}
		put_value(b, lookup(f, arena_copy(f->mem, s + i + 1, len - 1)), html);
		i += len;
	}
}

/* Only what callers made from public_url is ever linked to. */
static bool is_url(const char *s)
{
	if (strncmp(s, "https://", 8) != 0 && strncmp(s, "http://", 7) != 0)
		return false;
	return !strpbrk(s, " \"<>\\^`{|}");
}

static void put_button(struct filling *f, struct buf *text, struct buf *html, const char *s,
                       size_t n)
{
	static const char end[] = "]({link})";
	size_t label = strcspn(s, "]");
	const char *url = value_of(f, "link");

	if (n != label + strlen(end) || memcmp(s + label, end, strlen(end)) != 0 || !url ||
	    !is_url(url)) {
		complain(f, "is no button with a link", "");
		return;
	}
	fill(f, text, s + 1, label - 1, false);
	buf_printf(text, ":\n%s\n\n", url);
	buf_puts(html, "<p style=\"margin:24px 0\"><a href=\"");
	put_html(html, url);
	buf_puts(html, "\" style=\"display:inline-block;padding:12px 20px;border-radius:6px;"
	               "background:#0b5cad;color:#ffffff;text-decoration:none\">");
	fill(f, html, s + 1, label - 1, true);
	buf_puts(html, "</a></p>\n");
}

static void put_paragraph(struct filling *f, struct buf *text, struct buf *html, const char *s,
                          size_t n)
{
	bool large = n > 2 && !memcmp(s, "# ", 2);

	if (*s == '[') {
		put_button(f, text, html, s, n);
		return;
	}
	if (large) {
		s += 2;
		n -= 2;
	}
	fill(f, text, s, n, false);
	buf_puts(text, "\n\n");
	buf_puts(html,
	         large ? "<p style=\"font-size:28px;letter-spacing:4px;font-weight:bold\">"
	               : "<p>");
	fill(f, html, s, n, true);
	buf_puts(html, "</p>\n");
}

static void put_body(struct filling *f, struct buf *text, struct buf *html, const char *s)
{
	while (*s) {
		const char *end = strstr(s, "\n\n");
		size_t n = end ? (size_t)(end - s) : strlen(s);

		while (n && s[n - 1] == '\n')
			n--;
		if (n)
			put_paragraph(f, text, html, s, n);
		s = end ? end + 2 : "";
	}
}

static enum err read_sheet(struct filling *f, const char *name, struct sheet *out)
{
	const char *path = arena_printf(f->mem, "%s/%s/%s.txt", f->t->dir, f->t->locale, name);
	const char *text, *end, *phrase = "";
	size_t n;
	enum err e = conf_read_file(f->mem, path, FILE_MAX_BYTES, &text, &n, &phrase);

	if (e) {
		f->why = arena_printf(f->mem, "%s: %s", path, phrase);
		return ERR_NOT_FOUND;
	}
	end = strstr(text, "\n\n");
	if (!end || strchr(text, '\r') || strlen(text) != n) {
		complain(f, "has no head and body of plain lines:", name);
		return ERR_INVALID;
	}
	out->head = arena_copy(f->mem, text, (size_t)(end + 1 - text));
	out->body = end + 2;
	return OK;
}

static void put_page(struct filling *f, struct mail_words *out)
{
	struct buf text, html;

	buf_init(&text, f->mem, OUT_MAX);
	buf_init(&html, f->mem, OUT_MAX);
	buf_printf(&html,
	           "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\">"
	           "<title>",
	           f->t->locale);
	put_html(&html, out->subject);
	buf_puts(&html,
	         "</title></head>\n<body style=\"margin:0;padding:24px;background:#f3f4f6;"
	         "color:#1c1e21;font:16px/1.5 sans-serif\">\n"
	         "<div style=\"max-width:560px;margin:0 auto;padding:24px 32px;"
	         "background:#ffffff;border-radius:8px\">\n");
	put_body(f, &text, &html, f->own.body);
	buf_puts(&text, "-- \n");
	buf_puts(&html, "<hr style=\"border:0;border-top:1px solid #d5d9de\">\n"
	                "<div style=\"color:#5b6470;font-size:14px\">\n");
	put_body(f, &text, &html, f->common.body);
	buf_puts(&html, "</div>\n</div>\n</body>\n</html>\n");
	if (text.failed || html.failed)
		complain(f, "is too long", "");
	out->text = buf_str(&text);
	out->html = buf_str(&html);
}

enum err mail_template_fill(struct arena *mem, const struct mail_template *t,
                            struct mail_words *out, const char **why)
{
	struct filling f = { .mem = mem, .t = t };
	struct mail_words words;
	const char *form;
	struct buf subject;
	enum err e = read_sheet(&f, "common", &f.common);

	if (!e)
		e = read_sheet(&f, t->kind, &f.own);
	if (!e) {
		buf_init(&subject, mem, OUT_MAX);
		form = head_find(&f, f.own.head, "Subject");
		if (!form)
			form = complain(&f, "has no", "Subject");
		fill(&f, &subject, form, strlen(form), false);
		words.subject = buf_str(&subject);
		put_page(&f, &words);
		e = f.why ? ERR_INVALID : OK;
	}
	if (e)
		*why = f.why;
	else
		*out = words;
	return e;
}
