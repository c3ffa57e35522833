#include "base/conf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/suite.h"

struct pet {
	const char *name, *kind;
	int64_t age;
	bool tame;
};

static const char *check_name(const char *s)
{
	return strchr(s, '/') ? "must not hold a slash" : NULL;
}

static const char *const kinds[] = { "cat", "dog", NULL };
static const struct setting table[] = {
	SETTING(struct pet, name, .min = 1, .max = 8, .check = check_name, .help = "Name"),
	SETTING(struct pet, kind, .def = "cat", .words = kinds, .help = "Kind"),
	SETTING(struct pet, age, .def = "3", .min = -1, .max = 40, .help = "Age in years"),
	SETTING(struct pet, tame, .def = "true", .help = "Whether it bites"),
};
static const struct conf conf = { table, ARRAY_LEN(table) };

static struct arena mem;
static struct buf said;

static void setup(void)
{
	arena_init(&mem, (size_t)4 << 20);
	buf_init(&said, &mem, 10000);
}

static void teardown(void)
{
	arena_release(&mem);
}

static enum err parse(const char *text, struct pet *out)
{
	return conf_read(&mem, conf, "f", text, strlen(text), out, &said);
}

START_TEST(a_file_sets_what_it_names_and_the_rest_has_defaults)
{
	struct pet pet;

	ck_assert_int_eq(parse("# a pet\n\n  name =  Rex # 2 \r\nage=-1\ntame = off", &pet),
	                 OK);
	ck_assert_str_eq(pet.name, "Rex # 2");
	ck_assert_str_eq(pet.kind, "cat");
	ck_assert_int_eq(pet.age, -1);
	ck_assert(!pet.tame);
	ck_assert_str_eq(buf_str(&said), "");
}
END_TEST

START_TEST(every_mistake_is_told_with_its_line)
{
	struct pet pet = { .age = 77 };

	ck_assert_int_eq(parse("nam = x\nage = 41\nkind = cow\ntame = maybe\nage = 4\nhello\n"
	                       "\xff = x\nname = a/b\n",
	                       &pet),
	                 ERR_INVALID);
	ck_assert_str_eq(buf_str(&said), "f:1: nam is not a setting\n"
	                                 "f:5: age was set before\n"
	                                 "f:6: is not a `key = value` line\n"
	                                 "f:7: is not UTF-8 text\n"
	                                 "f:8: name must not hold a slash\n"
	                                 "f:3: kind must be one of cat, dog\n"
	                                 "f:2: age must be from -1 to 40\n"
	                                 "f:4: tame must be true or false\n");
	ck_assert_int_eq(pet.age, 77);
}
END_TEST

START_TEST(values_that_are_refused)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "", "settings: name must be set\n" },
		{ "name =", "f:1: name must be set\n" },
		{ "name = 123456789", "f:1: name is too long\n" },
		{ "name = a\x01", "f:1: name must be plain text\n" },
		{ "name = a\nage =", "f:2: age must be a whole number\n" },
		{ "name = a\nage = 7x", "f:2: age must be a whole number\n" },
		{ "name = a\nage = +7", "f:2: age must be a whole number\n" },
		{ "name = a\nage = 0x7", "f:2: age must be a whole number\n" },
		{ "name = a\nage = 99999999999999999999", "f:2: age must be from -1 to 40\n" },
		{ "name = a\nkind = Cat", "f:2: kind must be one of cat, dog\n" },
		{ "name = a\ntame = 2", "f:2: tame must be true or false\n" },
	};
	struct pet pet;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		said.len = 0;
		ck_assert_int_eq(parse(cases[i].text, &pet), ERR_INVALID);
		ck_assert_str_eq(buf_str(&said), cases[i].said);
	}
}
END_TEST

static const char *write_file(const char *text, mode_t mode)
{
	const char *path =
		arena_printf(&mem, "%s/conf_%d", getenv("GATEHOUSE_TEST_DIR"), (int)getpid());
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

START_TEST(the_environment_goes_before_the_file)
{
	const char *path = write_file("name = Rex\nage = 5\n", 0644);
	struct pet pet;

	setenv("GATEHOUSE_AGE", "6", 1);
	setenv("GATEHOUSE_SOMETHING_ELSE", "x", 1);
	ck_assert_int_eq(conf_load(&mem, conf, path, &pet, &said), OK);
	ck_assert_int_eq(pet.age, 6);
	ck_assert_str_eq(pet.name, "Rex");
	setenv("GATEHOUSE_AGE", "600", 1);
	ck_assert_int_eq(conf_load(&mem, conf, path, &pet, &said), ERR_INVALID);
	ck_assert_str_eq(buf_str(&said), "GATEHOUSE_AGE: age must be from -1 to 40\n");
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_a_mistake)
{
	struct pet pet;

	setenv("GATEHOUSE_NAME", "x", 1);
	ck_assert_int_eq(conf_load(&mem, conf, NULL, &pet, &said), OK);
	ck_assert_int_eq(conf_load(&mem, conf, "/nowhere/x.conf", &pet, &said), ERR_INVALID);
	ck_assert_str_eq(buf_str(&said), "/nowhere/x.conf: No such file or directory\n");
}
END_TEST

START_TEST(a_secret_is_the_first_line_of_a_private_file)
{
	const char *path = write_file("s3cret word\nmore\n", 0600);
	const char *secret = NULL, *why = NULL;

	ck_assert_int_eq(conf_read_secret(&mem, path, &secret, &why), OK);
	ck_assert_str_eq(secret, "s3cret word");
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(a_secret_others_may_read_is_refused)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0666 };
	const char *path = write_file("s3cret", 0600);
	const char *secret = NULL, *why = NULL;

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		ck_assert_int_eq(chmod(path, modes[i]), 0);
		ck_assert_int_eq(conf_read_secret(&mem, path, &secret, &why), ERR_DENIED);
	}
	/* There systemd's rights hold. */
	setenv("CREDENTIALS_DIRECTORY", getenv("GATEHOUSE_TEST_DIR"), 1);
	ck_assert_int_eq(conf_read_secret(&mem, path, &secret, &why), OK);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(a_secret_that_is_none_is_refused)
{
	const char *path = write_file("\nx", 0600);
	const char *secret = NULL, *why = NULL;

	ck_assert_int_eq(conf_read_secret(&mem, path, &secret, &why), ERR_INVALID);
	ck_assert_str_eq(why, "has an empty first line");
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(conf_read_secret(&mem, path, &secret, &why), ERR_NOT_FOUND);
	ck_assert_int_eq(conf_read_secret(&mem, "/tmp", &secret, &why), ERR_INVALID);
	ck_assert_ptr_null(secret);
}
END_TEST

START_TEST(a_file_above_the_ceiling_is_refused)
{
	const char *path = write_file("12345678", 0600);
	const char *text = NULL, *why = NULL;
	size_t n = 0;

	ck_assert_int_eq(conf_read_file(&mem, path, 8, &text, &n, &why), OK);
	ck_assert_uint_eq(n, 8);
	ck_assert_str_eq(text, "12345678");
	ck_assert_int_eq(conf_read_file(&mem, path, 7, &text, &n, &why), ERR_TOO_LARGE);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(a_printed_table_can_be_read_again)
{
	struct pet pet = { "Rex", "dog", 7, false }, back;
	struct buf b;

	buf_init(&b, &mem, 10000);
	conf_print(&b, conf, &pet);
	ck_assert_int_eq(parse(buf_str(&b), &back), OK);
	ck_assert_str_eq(back.name, "Rex");
	ck_assert_str_eq(back.kind, "dog");
	ck_assert_int_eq(back.age, 7);
	ck_assert(!back.tame);
	buf_init(&b, &mem, 10000);
	conf_print(&b, conf, NULL);
	ck_assert_str_eq(buf_str(&b), "# Name.\n#name = \n\n"
	                              "# Kind. One of cat, dog.\n#kind = cat\n\n"
	                              "# Age in years. From -1 to 40.\n#age = 3\n\n"
	                              "# Whether it bites.\n#tame = true\n");
}
END_TEST

TESTS_WITH("conf", setup, teardown, a_file_sets_what_it_names_and_the_rest_has_defaults,
           every_mistake_is_told_with_its_line, values_that_are_refused,
           the_environment_goes_before_the_file, a_file_that_is_not_there_is_a_mistake,
           a_secret_is_the_first_line_of_a_private_file, a_secret_others_may_read_is_refused,
           a_secret_that_is_none_is_refused, a_file_above_the_ceiling_is_refused,
           a_printed_table_can_be_read_again);
