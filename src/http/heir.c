#include "http/heir.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define VARIABLE "GATEHOUSE_HEIR"
#define TEXT_MAX 4096
#define WORD     24 /* a number and its separator */
#define FACTS    6  /* our process, three descriptors, the socket's file */

pid_t heir_check(char *const *argv)
{
	char check[] = "--check", *words[32];
	size_t n = 0;
	sigset_t none;
	pid_t pid;

	for (; n < 30 && argv[n]; n++)
		words[n] = argv[n];
	words[n++] = check;
	words[n] = NULL;
	pid = fork();
	if (pid != 0)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(words[0], words);
	_exit(127);
}

static void stay_open(int fd, bool stay)
{
	(void)fcntl(fd, F_SETFD, stay ? 0 : FD_CLOEXEC);
}

static void keep_descriptors(const struct heir *h, bool keep)
{
	stay_open(h->listen_fd, keep);
	stay_open(h->handover.in, keep);
	stay_open(h->handover.out, keep);
}

void heir_exec(const struct heir *h, char *const *argv)
{
	char text[TEXT_MAX];
	size_t n;

	n = (size_t)snprintf(text, sizeof(text), "%lld %d %d %d %llu %llu", (long long)getpid(),
	                     h->listen_fd, h->handover.in, h->handover.out,
	                     (unsigned long long)h->dev, (unsigned long long)h->ino);
	for (size_t i = 0; i < h->nchildren && n + WORD < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " %lld",
		                      (long long)h->children[i]);
	if (setenv(VARIABLE, text, 1))
		return;
	keep_descriptors(h, true);
	execvp(argv[0], argv);
	keep_descriptors(h, false);
	unsetenv(VARIABLE);
}

static bool is_socket(int fd, int option, int wanted)
{
	int v = 0;
	socklen_t n = sizeof(v);

	return getsockopt(fd, SOL_SOCKET, option, &v, &n) == 0 && v == wanted;
}

bool heir_take(struct heir *out)
{
	const char *text = getenv(VARIABLE);
	unsigned long long facts[FACTS];
	struct heir h = { 0 };
	char *end;

	if (!text)
		return false;
	for (size_t i = 0; i < FACTS; i++, text = end)
		facts[i] = strtoull(text, &end, 10);
	h.listen_fd = (int)facts[1];
	h.handover = (struct handover){ (int)facts[2], (int)facts[3] };
	h.dev = (dev_t)facts[4];
	h.ino = (ino_t)facts[5];
	while (*text == ' ' && h.nchildren < HEIR_CHILDREN) {
		h.children[h.nchildren++] = (pid_t)strtol(text, &end, 10);
		text = end;
	}
	unsetenv(VARIABLE);
	/* Left to us, or an environment that was copied by accident. */
	if (facts[0] != (unsigned long long)getpid() ||
	    !is_socket(h.listen_fd, SO_ACCEPTCONN, 1) ||
	    !is_socket(h.handover.in, SO_TYPE, SOCK_SEQPACKET) ||
	    !is_socket(h.handover.out, SO_TYPE, SOCK_SEQPACKET))
		return false;
	keep_descriptors(&h, false);
	*out = h;
	return true;
}
