// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Runs a command on a pseudo-terminal and does what the other arguments say, in
 * their order; what the command prints goes to standard output. At the end says on
 * standard error whether the terminal's settings are those of the beginning, and
 * returns the command's exit status, or 128 and the number of the signal.
 *
 * Usage: terminal ROWSxCOLUMNS [STEP...] -- COMMAND [ARGUMENT...]
 *   until=TEXT           read until this was printed since the last step
 *   size=ROWSxCOLUMNS    resize it
 *   key=TEXT             type this; ^C is Ctrl-C, ^\ is Ctrl-\
 */
#define _GNU_SOURCE
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#define PATIENCE_MS 30000

static char seen[1 << 20];
static size_t seen_length, seen_before;

static void fail(const char *what)
{
	fprintf(stderr, "terminal: %s\n", what);
	exit(125);
}

static struct winsize parse_size(const char *text)
{
	struct winsize size = {};

	if (sscanf(text, "%hux%hu", &size.ws_row, &size.ws_col) != 2)
		fail("a size is ROWSxCOLUMNS");
	return size;
}

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* False at the end of what the command prints, or when nothing comes any more. */
static int read_more(int terminal)
{
	struct pollfd source = { .fd = terminal, .events = POLLIN };
	ssize_t length;

	if (poll(&source, 1, PATIENCE_MS) <= 0)
		return 0;
	length = read(terminal, seen + seen_length,
		      sizeof(seen) - 1 - seen_length);
	if (length <= 0)
		return 0;
	fwrite(seen + seen_length, 1, (size_t)length, stdout);
	seen_length += (size_t)length;
	return 1;
}

static void wait_for(int terminal, const char *text)
{
	const char *found;

	while (!(found = memmem(seen + seen_before, seen_length - seen_before,
				text, strlen(text))))
		if (!read_more(terminal))
			fail(text);
	seen_before = (size_t)(found - seen) + strlen(text);
}

static void type(int terminal, const char *text)
{
	if (strcmp(text, "^C") == 0)
		text = "\003";
	else if (strcmp(text, "^\\") == 0)
		text = "\034";
	if (write(terminal, text, strlen(text)) < 0)
		fail("typing failed");
}

int main(int argc, char **argv)
{
	struct termios before = {}, after = {};
	int terminal, other, status, i = 2;
	struct pollfd source = { .events = POLLIN };
	struct winsize size;
	time_t deadline;
	pid_t child;

	if (argc < 4)
		fail("usage: terminal ROWSxCOLUMNS [STEP...] -- COMMAND...");
	size = parse_size(argv[1]);
	if (openpty(&terminal, &other, NULL, NULL, &size) < 0)
		fail("no pseudo-terminal");
	source.fd = terminal;
	tcgetattr(other, &before);
	while (i < argc && strcmp(argv[i], "--") != 0)
		i++;
	child = fork();
	if (child == 0) {
		close(terminal);
		if (login_tty(other) == 0 && i + 1 < argc)
			execvp(argv[i + 1], argv + i + 1);
		_exit(127);
	}
	for (i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "until=", 6) == 0) {
			wait_for(terminal, argv[i] + 6);
		} else if (strncmp(argv[i], "key=", 4) == 0) {
			type(terminal, argv[i] + 4);
		} else if (strncmp(argv[i], "size=", 5) == 0) {
			size = parse_size(argv[i] + 5);
			ioctl(terminal, TIOCSWINSZ, &size);
		} else {
			fail(argv[i]);
		}
	}
	deadline = seconds_now() + PATIENCE_MS / 1000;
	/* The other end is open here too: nothing but its end tells of the command's. */
	while (waitpid(child, &status, WNOHANG) == 0) {
		if (poll(&source, 1, 100) > 0)
			read_more(terminal);
		if (seconds_now() > deadline) {
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
			fail("the command does not end");
		}
	}
	while (poll(&source, 1, 0) > 0 && read_more(terminal))
		;
	tcgetattr(other, &after);
	fprintf(stderr, "the terminal is %s\n",
		memcmp(&before, &after, sizeof(before)) ? "changed" : "restored");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
