/* The texts of mails: every kind in every language, and what goes into them. */
#include "mail/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/suite.h"

#define LINK "https://gatehouse.test/#/accept?t=abc_DEF-123&x=1"

static const char *const languages[] = { "en", "de" };
static struct arena mem;
static const char *why = "";

static void setup(void)
{
	arena_init(&mem, (size_t)8 << 20);
}

static void teardown(void)
{
	arena_release(&mem);
}

static const char *folder(void)
{
	const char *top = getenv("GATEHOUSE_SRCDIR");

	return arena_printf(&mem, "%s/mail", top ? top : ".");
}

/* A value for every name of a kind; texts are odd on purpose. */
static void make_values(enum mail_kind kind, struct mail_value *out)
{
	const char *s = mail_kind_values(kind);
	size_t len;

	for (; *s; s += len + (s[len] == ' '), out++) {
		len = strcspn(s, " ");
		out->name = arena_copy(&mem, s, len);
		out->text = arena_printf(&mem, "<%s> & \"it's\"", out->name);
		if (!strcmp(out->name, "link"))
			out->text = LINK;
		else if (!strcmp(out->name, "state"))
			out->text = kind == MAIL_SUPPORT_ASKED ? "write" : "on";
		else if (len > 3 && !strcmp(out->name + len - 3, "_at"))
			out->text = "2026-03-01T09:15:00.250000Z";
	}
	*out = (struct mail_value){ NULL, NULL };
}

static enum err fill_as(const char *language, enum mail_kind kind,
                        const struct mail_value *values, struct mail_words *out)
{
	const struct mail_template t = { .dir = folder(),
		                         .locale = language,
		                         .kind = mail_kind_text(kind),
		                         .brand = "Gatehouse",
		                         .values = values };

	return mail_template_fill(&mem, &t, out, &why);
}

/* The template itself, to see which names it uses. */
static const char *file_text(const char *language, enum mail_kind kind)
{
	const char *path =
		arena_printf(&mem, "%s/%s/%s.txt", folder(), language, mail_kind_text(kind));
	char *text = arena_alloc(&mem, 32768);
	FILE *f = fopen(path, "r");
	size_t n;

	ck_assert_msg(f != NULL, "%s", path);
	n = fread(text, 1, 32767, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static size_t count_in(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
		n++;
	return n;
}

START_TEST(every_kind_stands_in_every_language_with_all_its_values)
{
	struct mail_value values[MAIL_VALUES_MAX + 1];
	struct mail_words words;

	for (size_t l = 0; l < ARRAY_LEN(languages); l++) {
		for (unsigned k = 1; k < MAIL__MAX; k++) {
			const char *text = file_text(languages[l], (enum mail_kind)k);

			make_values((enum mail_kind)k, values);
			ck_assert_msg(fill_as(languages[l], (enum mail_kind)k, values,
			                      &words) == OK,
			              "%s", why);
			for (struct mail_value *v = values; v->name; v++)
				ck_assert_msg(strstr(text, arena_printf(&mem, "{%s}", v->name)),
				              "%s/%s: {%s} is not used", languages[l],
				              mail_kind_text((enum mail_kind)k), v->name);
			ck_assert_uint_eq(strcspn(words.subject, "\r\n"),
			                  strlen(words.subject));
			ck_assert_ptr_null(strchr(words.text, '{'));
		}
	}
}
END_TEST

START_TEST(a_link_is_a_button_and_nothing_else_is_one)
{
	struct mail_value values[MAIL_VALUES_MAX + 1];
	struct mail_words words;

	for (unsigned k = 1; k < MAIL__MAX; k++) {
		size_t links = strstr(mail_kind_values((enum mail_kind)k), "link") ? 1 : 0;

		make_values((enum mail_kind)k, values);
		ck_assert_int_eq(fill_as("en", (enum mail_kind)k, values, &words), OK);
		ck_assert_uint_eq(count_in(words.html, "<a "), links);
		ck_assert_uint_eq(count_in(words.html, "href"), links);
		ck_assert_uint_eq(count_in(words.text, LINK "\n"), links);
		ck_assert_uint_eq(count_in(words.html, "DEF-123&amp;x=1\""), links);
	}
}
END_TEST

START_TEST(user_text_is_escaped)
{
	struct mail_value values[] = { { "name", "</p><script>alert(1)</script>" },
		                       { "account", "<a href=\"http://evil.test\">x</a>" },
		                       { "inviter", "' onload='x" },
		                       { "link", LINK },
		                       { "expires_at", "2026-12-24T23:59:59.000000Z" },
		                       { NULL, NULL } };
	struct mail_words words;

	ck_assert_int_eq(fill_as("de", MAIL_INVITATION, values, &words), OK);
	ck_assert_ptr_null(strstr(words.html, "<script"));
	ck_assert_ptr_null(strstr(words.html, "evil.test\">"));
	ck_assert_ptr_nonnull(strstr(words.html, "&lt;script&gt;"));
	ck_assert_ptr_nonnull(strstr(words.html, "&#39; onload=&#39;x"));
	ck_assert_ptr_nonnull(strstr(words.text, "24. Dezember 2026, 23:59 UTC"));
	ck_assert_int_eq(fill_as("en", MAIL_INVITATION, values, &words), OK);
	ck_assert_ptr_nonnull(strstr(words.text, "24 December 2026, 23:59 UTC"));
}
END_TEST

START_TEST(a_link_that_is_none_is_refused)
{
	static const char *const bad[] = { "javascript:alert(1)",
		                           "//x",
		                           "https://x/ y",
		                           "https://x/\"onclick=",
		                           "http://x/<b>",
		                           "",
		                           NULL };
	struct mail_value values[MAIL_VALUES_MAX + 1];
	struct mail_words words;

	for (size_t i = 0; bad[i]; i++) {
		make_values(MAIL_RESET_PASSWORD, values);
		for (struct mail_value *v = values; v->name; v++)
			if (!strcmp(v->name, "link"))
				v->text = bad[i];
		ck_assert_int_eq(fill_as("en", MAIL_RESET_PASSWORD, values, &words),
		                 ERR_INVALID);
	}
}
END_TEST

START_TEST(what_does_not_fit_is_told)
{
	struct mail_value none[] = { { NULL, NULL } };
	struct mail_words words;

	ck_assert_int_eq(fill_as("en", MAIL_SIGN_IN_CODE, none, &words), ERR_INVALID);
	ck_assert_str_eq(why, "en/sign-in-code.txt: there is no value name");
	ck_assert_int_eq(fill_as("xx", MAIL_SIGN_IN_CODE, none, &words), ERR_NOT_FOUND);
}
END_TEST

TESTS_WITH("mail_template", setup, teardown,
           every_kind_stands_in_every_language_with_all_its_values,
           a_link_is_a_button_and_nothing_else_is_one, user_text_is_escaped,
           a_link_that_is_none_is_refused, what_does_not_fit_is_told);
