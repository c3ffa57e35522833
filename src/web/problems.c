#include "web/problems.h"

const struct problem_code problem_codes[] = {
#define PROBLEM(class, code, help) { ERR_##class, (code), (help) },
#include "web/problems.def"
#undef PROBLEM
	{ OK, NULL, NULL },
};
