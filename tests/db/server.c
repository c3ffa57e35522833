#include "db/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS_MAX 20

static pid_t program;

static void name_folder(char folder[60])
{
	snprintf(folder, 60, "/tmp/gatehouse_server_%ld", (long)program);
}

static void run(const char *command)
{
	if (!system(command))
		return;
	fprintf(stderr, "failed: %s\n", command);
	abort();
}

static void remove_folder(void)
{
	char folder[60], command[100];

	name_folder(folder);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (getpid() == program && access(folder, F_OK) == 0)
		run(command);
}

__attribute__((constructor)) static void remember_program(void)
{
	program = getpid();
	atexit(remove_folder);
}

int server_init(struct server *s)
{
	const char *path = getenv("PATH");
	char wider[4000], ready[120], command[800];

	snprintf(wider, sizeof(wider), "%s:/usr/sbin", path ? path : "/usr/bin:/bin");
	setenv("PATH", wider, 1);
	if (system("command -v mariadbd mariadb-install-db >/dev/null"))
		return 0;
	*s = (struct server){ .pid = 0 };
	name_folder(s->folder);
	snprintf(s->socket, sizeof(s->socket), "%s/s", s->folder);
	snprintf(ready, sizeof(ready), "%s/ready", s->folder);
	if (access(ready, F_OK) == 0)
		return 1;
	/* A server that starts sweeps its folder of temporary tables: each has its own. */
	snprintf(command, sizeof(command),
	         "rm -rf %1$s && mkdir -p %1$s/tmp && mariadb-install-db --no-defaults"
	         " --user=\"$(id -un)\" --skip-test-db --tmpdir=%1$s/tmp"
	         " --auth-root-authentication-method=normal"
	         " --datadir=%1$s/data >%1$s/install.log 2>&1 && touch %2$s ||"
	         " { cat %1$s/install.log; false; }",
	         s->folder, ready);
	run(command);
	return 1;
}

static void exec_server(const struct server *s, const char *const *options)
{
	char data[140], tmp[140], socket_is[140], log[140];
	const char *argv[OPTIONS_MAX] = {
		"mariadbd",
		"--no-defaults",
		geteuid() == 0 ? "--user=root" : "--skip-networking",
		data,
		tmp,
		socket_is,
		log,
		"--skip-networking",
		"--innodb-buffer-pool-size=16M",
		"--innodb-log-file-size=8M",
		"--performance-schema=0",
	};
	size_t n = 11;

	snprintf(data, sizeof(data), "--datadir=%s/data", s->folder);
	snprintf(tmp, sizeof(tmp), "--tmpdir=%s/tmp", s->folder);
	snprintf(socket_is, sizeof(socket_is), "--socket=%s", s->socket);
	snprintf(log, sizeof(log), "--log-error=%s/log", s->folder);
	while (options && *options && n < OPTIONS_MAX - 1)
		argv[n++] = *options++;
	execvp(argv[0], (char *const *)(void *)argv);
	_exit(127);
}

static int answers(const struct server *s)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", s->socket);
	r = connect(fd, (struct sockaddr *)&a, sizeof(a));
	close(fd);
	return r == 0;
}

void server_start(struct server *s, const char *const *options)
{
	unlink(s->socket);
	s->pid = fork();
	if (s->pid == 0)
		exec_server(s, options);
	for (int i = 0; i < 3000 && !answers(s); i++) {
		if (waitpid(s->pid, NULL, WNOHANG) == s->pid) {
			fprintf(stderr, "the server ended; see %s/log.err\n", s->folder);
			abort();
		}
		usleep(10000);
	}
}

void server_kill(struct server *s)
{
	if (!s->pid)
		return;
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

bool server_ended(struct server *s)
{
	if (!s->pid || waitpid(s->pid, NULL, WNOHANG) != s->pid)
		return false;
	s->pid = 0;
	return true;
}
