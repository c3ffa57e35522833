/*
 * template.h - what a mail says, from files a translator can edit.
 *
 * DIR/LANGUAGE/KIND.txt: "Subject: ..." and, where the kind has a state,
 * "state-WORD: ..." lines, an empty line, then paragraphs.  {name} stands for a
 * value.  A paragraph "[label]({link})" is a button, "# {code}" is set large;
 * nothing else becomes a link.  common.txt has "Months:", "Date:" and, as its
 * body, the end of every mail; {brand} is the name of the sender.
 */
#ifndef MAIL_TEMPLATE_H
#define MAIL_TEMPLATE_H

#include "mail/mail.h"

struct mail_template {
	const char *dir, *locale, *kind, *brand;
	const struct mail_value *values;
};

struct mail_words {
	const char *subject, *text, *html;
};

/*
 * Reads and fills it.  ERR_NOT_FOUND when there is no such file, ERR_INVALID
 * when it does not fit its values; why points to a sentence.
 */
enum err mail_template_fill(struct arena *mem, const struct mail_template *t,
                            struct mail_words *out, const char **why) MUST_CHECK;

#endif
