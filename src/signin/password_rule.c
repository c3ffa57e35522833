#include "signin/password_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "policy/policy.h"
#include "signin/password.h"

#define OUR_NAME  "gatehouse"
#define WORD_MIN  4 /* shorter pieces of a name forbid nothing */
#define REST_MIN  8 /* what has to be there besides a name */
#define PIECE_MAX 8 /* bytes of a piece said over and over */

static const char *const common[] = {
#include "signin/common_passwords.inc"
};

struct person_row {
	const char *login, *name, *email, *account;
};
static const struct field person_v[] = {
	FIELD(struct person_row, login),
	FIELD(struct person_row, name),
	FIELD(struct person_row, email),
	FIELD(struct person_row, account),
};

static const struct db_query person = {
	.text = "SELECT p.login, p.name, p.email, (SELECT a.name FROM membership m"
		" JOIN account a ON a.id = m.account_id WHERE m.person_id = p.id"
		" AND m.state = 'active' ORDER BY m.kind, m.id LIMIT 1) AS account"
		" FROM person p WHERE p.id = ?",
	DB_ROWS(person_v),
};

const struct db_query *const password_rule_queries[] = { &person, NULL };

static int compare(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

static bool is_listed(const char *s)
{
	return bsearch(s, common, ARRAY_LEN(common), sizeof(common[0]), compare) != NULL;
}

static void lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
}

/* The letters that people replace, put back; what stands behind a word stays. */
static void undo_replacements(char *s)
{
	static const char from[] = "@430!1$57", to[] = "aaeoiisst";
	size_t n = strlen(s);
	const char *at;

	while (n > 0 && strchr("0123456789!", s[n - 1]))
		n--;
	for (size_t i = 0; i < n; i++) {
		at = strchr(from, s[i]);
		if (at)
			s[i] = to[at - from];
	}
}

/* "abcabcabcabc", "aaaaaaaaaaaaaaa": a short piece and nothing else. */
static bool is_one_piece(const char *s, size_t n)
{
	for (size_t piece = 1; piece <= PIECE_MAX && piece * 2 <= n; piece++)
		if (!memcmp(s, s + piece, n - piece))
			return true;
	return false;
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
}

/* Takes every occurrence of the word out. */
static void cut(char *s, const char *word, size_t n)
{
	char *at = s;

	while ((at = strstr(at, word)) != NULL)
		memmove(at, at + n, strlen(at + n) + 1);
}

/* Takes the words of a text out of s. */
static void cut_words(char *s, const char *text)
{
	char word[256];
	size_t n;

	for (; text && *text; text += n) {
		for (n = 0; text[n] && n + 1 < sizeof(word); n++) {
			word[n] = text[n];
			if (word[n] >= 'A' && word[n] <= 'Z')
				word[n] = (char)(word[n] - 'A' + 'a');
			if (!is_word_byte(word[n]))
				break;
		}
		word[n] = '\0';
		if (n >= WORD_MIN)
			cut(s, word, n);
		n += n == 0 || (text[n] && !is_word_byte(text[n]));
	}
}

/* Little is left when the words an attacker tries first are taken out. */
static bool is_own_name(char *s, const struct password_of *who)
{
	size_t n = strlen(s);

	cut_words(s, who->login);
	cut_words(s, who->email);
	cut_words(s, who->name);
	cut_words(s, who->account);
	cut_words(s, OUR_NAME);
	return strlen(s) < n && utf8_length(s, strlen(s)) < REST_MIN;
}

const char *password_complaint(const char *password, const struct password_of *who)
{
	size_t n = strlen(password);
	size_t min = who->two_step ? PASSWORD_MIN_TWO_STEP : PASSWORD_MIN_ALONE;
	char plain[PASSWORD_MAX_BYTES + 1], undone[PASSWORD_MAX_BYTES + 1];

	if (n > PASSWORD_MAX_BYTES)
		return "too-long";
	if (utf8_length(password, n) < min)
		return "too-short";
	memcpy(plain, password, n + 1);
	lower(plain);
	memcpy(undone, plain, n + 1);
	undo_replacements(undone);
	if (is_listed(plain) || is_listed(undone))
		return "too-common";
	if (is_one_piece(plain, n))
		return "too-plain";
	return is_own_name(plain, who) ? "has-own-name" : NULL;
}

enum err password_rule(struct ctx *c, const char *pointer, const char *password,
                       const struct password_of *who)
{
	const char *why = password_complaint(utf8_nfc(c->mem, password), who);

	return why ? FAIL_FIELD(c, pointer, why) : OK;
}

enum err password_rule_of(struct ctx *c, const char *pointer, const char *password,
                          int64_t person_id)
{
	struct person_policy policy;
	struct person_row p;
	enum err e = db_one(c->db, &person, DB_ARGS(db_i64(person_id)), c->mem, &p);

	if (!e)
		e = policy_of_person(c, person_id, &policy);
	if (e)
		return e;
	return password_rule(c, pointer, password,
	                     &(struct password_of){ .login = p.login,
	                                            .name = p.name,
	                                            .email = p.email,
	                                            .account = p.account,
	                                            .two_step = policy.require_two_step });
}
