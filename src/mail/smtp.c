#include "mail/smtp.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#define CONNECT_SEC 5L
#define TOTAL_SEC   20L
#define DOWN_USEC   (30 * USEC_PER_SEC)

struct transfer {
	CURL *curl;
	const struct mail_config *config;
	struct bytes message;
	size_t at;
	bool over;
	char command[5];             /* the last one sent, its first four letters */
	char reply[MAIL_REASON_MAX]; /* the last line of the server */
	char error[CURL_ERROR_SIZE];
};

static size_t read_message(char *to, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t left = t->message.n - t->at, take = size * n < left ? size * n : left;

	memcpy(to, t->message.p + t->at, take);
	t->at += take;
	return take;
}

/* What the server says is heard by note(); nothing of it is kept elsewhere. */
static size_t drop(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

/* One line without its end, printable; bytes above ASCII become "?". */
static void keep_line(char *to, size_t cap, const char *p, size_t n)
{
	size_t len = 0;

	while (len < n && len + 1 < cap && p[len] != '\r' && p[len] != '\n') {
		to[len] = p[len] >= ' ' && p[len] <= '~' ? p[len] : '?';
		len++;
	}
	to[len] = '\0';
}

/* Never more than the first word of a command: AUTH is followed by the password. */
static int note(CURL *curl, curl_infotype type, char *p, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)curl;
	/* What is said at parting is not about the mail. */
	t->over = t->over || (type == CURLINFO_HEADER_OUT && n >= 4 && !memcmp(p, "QUIT", 4));
	if (t->over)
		return 0;
	if (type == CURLINFO_HEADER_OUT)
		keep_line(t->command, sizeof(t->command), p, n);
	else if (type == CURLINFO_HEADER_IN)
		keep_line(t->reply, sizeof(t->reply), p, n);
	return 0;
}

/* Called about once a second while nothing comes, too. */
static int go_on(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct transfer *t = arg;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return t->config->stopping && *t->config->stopping;
}

static void set_security(CURL *curl, const struct mail_config *config)
{
	long ssl = !strcmp(config->tls, "required")   ? (long)CURLUSESSL_ALL
	           : !strcmp(config->tls, "optional") ? (long)CURLUSESSL_TRY
	                                              : (long)CURLUSESSL_NONE;

	curl_easy_setopt(curl, CURLOPT_USE_SSL, ssl);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (*config->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, config->ca_file);
	if (!*config->smtp_user)
		return;
	curl_easy_setopt(curl, CURLOPT_USERNAME, config->smtp_user);
	curl_easy_setopt(curl, CURLOPT_PASSWORD, config->smtp_password);
}

static void set_all(struct transfer *t, const char *from, const struct curl_slist *to)
{
	CURL *curl = t->curl;

	curl_easy_setopt(curl, CURLOPT_URL, t->config->smtp_url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "smtps");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SEC);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, TOTAL_SEC);
	set_security(curl, t->config);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->message.n);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
	curl_easy_setopt(curl, CURLOPT_READDATA, t);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, drop);
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, note);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, t);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->error);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, go_on);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

/*
 * 5xx to the recipient or to the message is about this mail; to anything
 * before (greeting, password, sender) it is about the settings, and all mail
 * would be lost if it counted.
 */
static enum mail_fate fate_of(const struct transfer *t, CURLcode rc)
{
	long code = 0;

	if (!rc)
		return MAIL_TAKEN;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
	if (code < 500 || code > 599)
		return MAIL_LATER;
	if (!strcmp(t->command, "RCPT") && code != 530)
		return MAIL_REFUSED;
	return !strcmp(t->command, "DATA") && t->reply[0] == '5' ? MAIL_REFUSED : MAIL_LATER;
}

/* The server had no ear for any mail, rather than for this one. */
static bool is_away(const struct transfer *t)
{
	return strcmp(t->command, "MAIL") != 0 && strcmp(t->command, "RCPT") != 0 &&
	       strcmp(t->command, "DATA") != 0;
}

static enum mail_fate perform(struct transfer *t, const char *to, char reason[MAIL_REASON_MAX])
{
	char from[300], rcpt[300];
	struct curl_slist *list;
	enum mail_fate fate;
	CURLcode rc;

	snprintf(from, sizeof(from), "<%s>", t->config->from);
	snprintf(rcpt, sizeof(rcpt), "<%s>", to);
	list = curl_slist_append(NULL, rcpt);
	set_all(t, from, list);
	rc = list ? curl_easy_perform(t->curl) : CURLE_OUT_OF_MEMORY;
	curl_slist_free_all(list);
	fate = fate_of(t, rc);
	if (fate == MAIL_TAKEN)
		return fate;
	if (rc == CURLE_ABORTED_BY_CALLBACK)
		snprintf(reason, MAIL_REASON_MAX, "The worker was told to end.");
	else if (t->reply[0] == '4' || t->reply[0] == '5')
		snprintf(reason, MAIL_REASON_MAX, "%s", t->reply);
	else
		snprintf(reason, MAIL_REASON_MAX, "%s",
		         t->error[0] ? t->error : curl_easy_strerror(rc));
	return fate;
}

enum mail_fate mail_send(const struct mail_config *config, const char *to, struct bytes message,
                         char reason[MAIL_REASON_MAX])
{
	struct transfer t = { .curl = curl_easy_init(), .config = config, .message = message };
	enum mail_fate fate = MAIL_LATER;

	if (!t.curl) {
		snprintf(reason, MAIL_REASON_MAX, "out of memory");
		return fate;
	}
	fate = perform(&t, to, reason);
	if (fate == MAIL_LATER && is_away(&t)) {
		config->server->down_until_usec = stamp_monotonic_usec() + DOWN_USEC;
		memcpy(config->server->reason, reason, MAIL_REASON_MAX);
	}
	curl_easy_cleanup(t.curl);
	return fate;
}

bool mail_server_down(const struct mail_config *config, int64_t *wait_usec)
{
	int64_t left = config->server->down_until_usec - stamp_monotonic_usec();

	if (left <= 0)
		return false;
	*wait_usec = left;
	return true;
}
