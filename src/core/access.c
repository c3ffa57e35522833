#include "core/access.h"

#include <assert.h>
#include <string.h>

#include "base/macros.h"

#define LIST ".list"

struct area_row {
	const char *text;
	bool on;
	const char *whose, *class, *sections;
};
static const struct area_row areas_v[] = {
#define AREA(name, text, on, whose, class, sections) \
	[AREA_##name] = { text, on, whose, class, sections },
#include "core/area.def"
#undef AREA
};

static const char *const steps[] = {
	[ACCESS_SECOND_FACTOR] = "second-factor",
	[ACCESS_ROLES] = "roles",
	[ACCESS_DENIED] = "denied",
	[ACCESS_SECTION] = "section",
	[ACCESS_MAIN_USER] = "main-user",
	[ACCESS_AREA] = "area",
	[ACCESS_KEY] = "key",
	[ACCESS_ALLOWED] = "allowed",
};

const char *access_step_text(enum access_step s)
{
	assert((size_t)s < ARRAY_LEN(steps));
	return steps[s];
}

const char *area_text(enum area a)
{
	assert((size_t)a < ARRAY_LEN(areas_v));
	return areas_v[a].text;
}

bool area_of_text(const char *s, size_t n, enum area *out)
{
	for (size_t i = 0; i < ARRAY_LEN(areas_v); i++) {
		if (strlen(areas_v[i].text) != n || strncmp(areas_v[i].text, s, n) != 0)
			continue;
		*out = (enum area)i;
		return true;
	}
	return false;
}

bool area_is_on(enum area a, const char *areas)
{
	size_t name = strlen(areas_v[a].text), n;
	bool on = areas_v[a].on;

	for (const char *s = areas; s && *s; s += n + (s[n] == ',')) {
		n = strcspn(s, ",");
		if (n != name + 2 || strncmp(s, areas_v[a].text, name) != 0 || s[name] != '=')
			continue;
		if (s[name + 1] == '0')
			return false;
		on = true;
	}
	return on;
}

bool area_concerns(enum area a, const char *account_kind)
{
	return areas_v[a].whose[0] == '\0' || !strcmp(areas_v[a].whose, account_kind);
}

bool area_fits(enum area a, const char *account_class)
{
	return areas_v[a].class[0] == '\0' || !account_class ||
	       !strcmp(areas_v[a].class, account_class);
}

bool area_is_whole(enum area a)
{
	return !strcmp(areas_v[a].sections, "*");
}

static void apply(const char *list, size_t n, struct perm_set *allow, struct perm_set *deny)
{
	const char *end = list + n;
	enum perm p;
	size_t len;

	for (const char *s = list; s < end; s += len + 1) {
		len = strcspn(s, ",|");
		if (len > (size_t)(end - s))
			len = (size_t)(end - s);
		p = len > 1 ? perm_of_text(s + 1, len - 1) : PERM_NONE;
		if (p == PERM_NONE)
			continue;
		perm_drop(*s == '-' ? allow : deny, p);
		perm_add(*s == '-' ? deny : allow, p);
	}
}

void access_apply(const char *list, struct perm_set *allow, struct perm_set *deny)
{
	if (list)
		apply(list, strlen(list), allow, deny);
}

static struct perm_set set_of_base(const char *s, size_t n)
{
	char name[41];

	if (n >= sizeof(name))
		return (struct perm_set){ { 0, 0 } };
	memcpy(name, s, n);
	name[n] = '\0';
	return perm_set_of_role(role_of_text(name));
}

void access_roles(const char *roles, struct perm_set *allow, struct perm_set *deny)
{
	size_t n, base;

	*allow = *deny = (struct perm_set){ { 0, 0 } };
	for (const char *s = roles; s && *s; s += n + (s[n] == '|')) {
		struct perm_set yes, no = { { 0, 0 } };

		n = strcspn(s, "|");
		base = strcspn(s, ";|");
		yes = set_of_base(s, base);
		if (base < n)
			apply(s + base + 1, n - base - 1, &yes, &no);
		*allow = perm_or(*allow, yes);
		*deny = perm_or(*deny, no);
	}
}

struct perm_set perm_set_of_list(const char *list)
{
	struct perm_set out = { { 0, 0 } };
	enum perm p;
	size_t n;

	for (const char *s = list; s && *s; s += n + (s[n] == ',')) {
		n = strcspn(s, ",");
		p = perm_of_text(s, n);
		if (p != PERM_NONE)
			perm_add(&out, p);
	}
	return out;
}

/* What may be switched on for one person at most, whatever his roles. */
static struct perm_set most(const char *account_kind)
{
	if (account_kind && !strcmp(account_kind, "platform"))
		return perm_set_all();
	return perm_set_of_role(account_kind && !strcmp(account_kind, "reseller")
	                                ? ROLE_RESELLER_PROGRAM
	                                : ROLE_CUSTOMER_OWNER);
}

struct said {
	struct perm_set allow, deny;
};

static struct said said_by(const char *roles, const char *adjusted, const char *account_kind)
{
	struct perm_set yes = { { 0, 0 } }, no = { { 0, 0 } };
	struct said s;

	access_roles(roles, &s.allow, &s.deny);
	access_apply(adjusted, &yes, &no);
	yes = perm_and(yes, most(account_kind));
	s.allow = perm_or(s.allow, yes);
	s.deny = perm_or(perm_less(s.deny, yes), no);
	return s;
}

/* The permissions of a section ("member."). */
static struct perm_set section(const char *prefix, size_t n)
{
	struct perm_set out = { { 0, 0 } };

	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++)
		if (!strncmp(perm_text((enum perm)p), prefix, n))
			perm_add(&out, (enum perm)p);
	return out;
}

/* Of a section whose list is denied, nothing is left. */
static struct perm_set open_sections(struct perm_set deny)
{
	struct perm_set out = perm_set_all();
	const char *text, *dot;

	for (unsigned p = PERM_SESSION + 1; p < PERM__MAX; p++) {
		text = perm_text((enum perm)p);
		dot = strchr(text, '.');
		if (dot && !strcmp(dot, LIST) && perm_has(&deny, (enum perm)p))
			out = perm_less(out, section(text, (size_t)(dot - text) + 1));
	}
	return out;
}

/* What is lost where the area is off. */
static struct perm_set closed_by(enum area a, const struct access_facts *f)
{
	struct perm_set out = { { 0, 0 } };
	size_t n;

	if (!area_concerns(a, f->account_kind ? f->account_kind : "") ||
	    (area_is_on(a, f->areas) && area_fits(a, f->account_class)))
		return out;
	for (const char *s = areas_v[a].sections; *s; s += n + (s[n] == ' ')) {
		n = strcspn(s, " ");
		out = perm_or(out, *s == '*' ? section("", 0) : section(s, n));
	}
	return out;
}

bool area_takes(enum area a, const struct access_facts *f, enum perm p)
{
	struct perm_set closed = closed_by(a, f);

	return perm_has(&closed, p);
}

static struct perm_set open_areas(const struct access_facts *f)
{
	struct perm_set out = perm_set_all();

	for (size_t i = 0; i < ARRAY_LEN(areas_v); i++)
		out = perm_less(out, closed_by((enum area)i, f));
	return out;
}

static struct perm_set pending(void)
{
	struct perm_set out = { { 0, 0 } };

	perm_add(&out, PERM_PENDING);
	return out;
}

static struct perm_set plain(struct perm_set s)
{
	perm_add(&s, PERM_PENDING);
	perm_add(&s, PERM_SESSION);
	return s;
}

void access_evaluate(const struct access_facts *f, struct access *out)
{
	struct said own = said_by(f->roles, f->adjusted, f->account_kind), above;
	const struct perm_set all = perm_set_all();

	out->step[ACCESS_SECOND_FACTOR] = f->pending ? pending() : all;
	out->step[ACCESS_ROLES] = plain(own.allow);
	out->step[ACCESS_DENIED] = perm_less(all, own.deny);
	out->step[ACCESS_SECTION] = open_sections(own.deny);
	out->step[ACCESS_MAIN_USER] = all;
	if (f->is_sub) {
		above = said_by(f->main_roles, f->main_adjusted, f->account_kind);
		above.allow = perm_less(above.allow, above.deny);
		out->step[ACCESS_MAIN_USER] =
			plain(perm_and(above.allow, open_sections(above.deny)));
	}
	out->step[ACCESS_AREA] = open_areas(f);
	out->step[ACCESS_KEY] = f->key ? plain(perm_set_of_list(f->key)) : all;
}

struct perm_set access_perms(const struct access *a)
{
	struct perm_set s = a->step[0];

	for (size_t i = 1; i < ARRAY_LEN(a->step); i++)
		s = perm_and(s, a->step[i]);
	return s;
}

enum access_step access_refusal(const struct access *a, enum perm p)
{
	for (size_t i = 0; i < ARRAY_LEN(a->step); i++)
		if (!perm_has(&a->step[i], p))
			return (enum access_step)i;
	return ACCESS_ALLOWED;
}
