#include <string.h>

#include "mail/compose.h"
#include "mail/template.h"
#include "mail/work.h"

#define NOT_SET_UP_WAIT_USEC USEC_PER_MIN

/* So that mails do not come back all at once. */
static uint32_t spread(void)
{
	uint32_t n;

	token_random(&n, sizeof(n));
	return n;
}

/* In his language, in the platform's, in English: what there is. */
static enum err fill(struct ctx *c, const struct mail_work *w, const struct mail_value *values,
                     const char **locale, struct mail_words *out, const char **why)
{
	const char *const locales[] = { w->locale, c->config->default_locale, "en" };
	enum err e = ERR_NOT_FOUND;

	for (size_t i = 0; e == ERR_NOT_FOUND && i < ARRAY_LEN(locales); i++) {
		struct mail_template t = {
			.dir = c->config->mail->dir,
			.locale = locales[i],
			.kind = w->kind,
			.brand = c->config->mail->sender_name,
			.values = values,
		};

		e = mail_template_fill(c->mem, &t, out, why);
		*locale = locales[i];
	}
	return e;
}

/* The message, or why there is none. */
static enum err make(struct ctx *c, const struct mail_work *w, struct bytes *out,
                     const char **why)
{
	struct mail_value values[MAIL_VALUES_MAX + 1];
	struct mail_message m = {
		.id = w->id,
		.kind = w->kind,
		.to = w->to_address,
		.from = c->config->mail->from,
		.from_name = c->config->mail->sender_name,
		.at = w->created_at,
	};
	struct mail_words words;
	enum err e = mail_work_open(c, w, values);

	*why = "the stored values do not open with the keys of key_file";
	if (!e)
		e = fill(c, w, values, &m.locale, &words, why);
	if (e)
		return e;
	m.subject = words.subject;
	m.text = words.text;
	m.html = words.html;
	*out = mail_compose(c->mem, &m);
	return OK;
}

/* Writes down that it waits; what the outbox sees is a failure that comes again. */
static enum err later(struct ctx *c, const struct mail_work *w, const struct outbox_row *row,
                      const char *reason, bool tried)
{
	enum err e = mail_work_later(c, w, reason, tried, row->wait_usec);

	return e ? e
	         : FAIL(c, ERR_UNAVAILABLE, "mail-later", "The mail could not be sent yet.");
}

static enum err post(struct ctx *c, const struct mail_work *w, const struct outbox_row *row)
{
	char reason[MAIL_REASON_MAX] = "";
	struct bytes message;
	const char *why = "";
	enum mail_fate fate;

	*row->wait_usec = mail_work_wait_usec(w->tries, spread());
	if (make(c, w, &message, &why) != OK)
		return later(c, w, row, why, true);
	fate = mail_send(c->config->mail, w->to_address, message, reason);
	if (fate == MAIL_LATER)
		return later(c, w, row, reason, true);
	return mail_work_end(c, w, fate == MAIL_TAKEN ? "sent" : "failed",
	                     fate == MAIL_TAKEN ? NULL : reason);
}

enum err mail_deliver(struct ctx *c, const struct outbox_row *row)
{
	const struct mail_config *config = c->config->mail;
	struct mail_work w;
	enum err e = mail_work_find(c, row, &w);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (!config || !*config->smtp_url) {
		*row->wait_usec = NOT_SET_UP_WAIT_USEC;
		return later(c, &w, row, "Mail is not set up: mail_smtp_url is empty.", false);
	}
	if (mail_server_down(config, row->wait_usec)) {
		*row->wait_usec += spread() % USEC_PER_SEC;
		return later(c, &w, row, config->server->reason, false);
	}
	return post(c, &w, row);
}
