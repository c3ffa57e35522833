#include "accounts/inputs_http.h"
#include "people/people.h"
#include "registrations/registrations.h"
#include "registrations/registrations_http.h"
#include "signin/password.h"

static const struct shape host_shape = {
	.name = "RegistrationHost",
	.fields = { registration_host_fields, REGISTRATION_HOST_FIELDS },
};

struct host_args {
	const char *host, *reseller_code;
};
static const struct json_in host_in[] = {
	JSON_IN(struct host_args, host, .max = 253,
	        .help = "the page's own host; one installation has one page"),
	JSON_IN(struct host_args, reseller_code, .max = 20,
	        .help = "account number of the reseller one comes to"),
};
static const struct json_table host_args = JSON_TABLE(struct host_args, host_in);

static enum err show(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct host_args *a = rq->args;
	struct registration_host row;
	enum err e = registrations_host(c, a->reseller_code, &row);

	if (!e)
		answer_row(rs, &host_shape, &row);
	return e;
}

static const struct json_in create_in[] = {
	JSON_IN(struct registration_new, email, .need = true, .min = 3, .max = LOGIN_MAX,
	        .check = check_email, .help = "becomes the login"),
	JSON_IN(struct registration_new, name, .need = true, .min = 1,
	        .max = REGISTRATION_NAME_MAX),
	JSON_IN(struct registration_new, company, .nullable = true, .min = 1,
	        .max = REGISTRATION_NAME_MAX, .help = "absent for a private person"),
	JSON_IN(struct registration_new, language, .need = true, .min = 2, .max = 10,
	        .check = check_locale, .help = "of mails and pages: en, de"),
	JSON_IN(struct registration_new, password, .need = true, .raw = true, .min = 1,
	        .max = PASSWORD_MAX_BYTES),
	JSON_IN(struct registration_new, reseller_code, .nullable = true, .min = 1, .max = 20,
	        .help = "account number of the reseller one comes to"),
};
static const struct json_table create_table = JSON_TABLE(struct registration_new, create_in);

static enum err create(struct ctx *c, const struct request *rq, struct response *rs)
{
	(void)rs;
	return registrations_create(c, rq->in);
}

struct confirm_in {
	const char *token;
};
static const struct json_in confirm_in[] = {
	JSON_IN(struct confirm_in, token, .need = true, .raw = true, .min = 1, .max = 200,
	        .help = "from the link in the mail"),
};
static const struct json_table confirm_table = JSON_TABLE(struct confirm_in, confirm_in);

struct confirmed {
	const char *state;
};
static const char *const outcomes[] = { "pending", "approved", NULL };
static const struct field confirmed_v[] = { FIELD(struct confirmed, state, .words = outcomes) };
static const struct shape confirmed_shape = { .name = "RegistrationConfirmed",
	                                      .fields = FIELDS(confirmed_v) };

static enum err confirm(struct ctx *c, const struct request *rq, struct response *rs)
{
	const struct confirm_in *in = rq->in;
	struct confirmed row;
	enum err e = registrations_confirm(c, in->token, &row.state);

	if (!e)
		answer_row(rs, &confirmed_shape, &row);
	return e;
}

const struct route registration_routes[] = {
	{ .method = METHOD_GET,
	  .path = "/api/v1/registration",
	  .run = show,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "getRegistrationMode",
	  .summary = "Whether one can register, and what follows",
	  .args = &host_args,
	  .out = &host_shape },
	{ .method = METHOD_POST,
	  .path = "/api/v1/registration",
	  .run = create,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "register",
	  .summary = "Asks for an account; the same answer whether the address is known or not",
	  .in = &create_table,
	  .body_max = 8192,
	  .status = 202 },
	{ .method = METHOD_POST,
	  .path = "/api/v1/registration/confirm",
	  .run = confirm,
	  .perm = PERM_PUBLIC,
	  .mode = ROUTE_FREE,
	  .name = "confirmRegistration",
	  .summary = "Confirms the address by the link in the mail, once",
	  .in = &confirm_table,
	  .out = &confirmed_shape,
	  .body_max = 1024 },
	{ .path = NULL },
};
