// Holds sockets for tests and benches until its standard input ends: `sockets TOTAL EACH [held]`.
//
// TOTAL TCP sockets, in connected pairs over loopback, and in each process one more that listens; EACH of them to a
// process. With `held` the first process holds a second descriptor of its listening socket, and a child that shares it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char* what) {
  perror(what);
  exit(1);
}

/** What is closed is reset, and what it accepts too: nothing stays behind to wait for what may still be on its way. */
static int stream(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct linger reset = {1, 0};
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) != 0) fail("socket");
  return fd;
}

/** An address of its own for each process, so that no two run out of the same ports. */
static int listener(int index, struct sockaddr_in* address) {
  int fd = stream();
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(0x7f000001u + ((unsigned)(index + 1) << 8));
  socklen_t length = sizeof *address;
  if (bind(fd, (struct sockaddr*)address, length) != 0) fail("bind");
  if (getsockname(fd, (struct sockaddr*)address, &length) != 0 || listen(fd, 4096) != 0) fail("listen");
  return fd;
}

static void connect_pair(int fd, const struct sockaddr_in* address) {
  int one = stream();
  if (connect(one, (const struct sockaddr*)address, sizeof *address) != 0) fail("connect");
  if (accept(fd, NULL, NULL) < 0) fail("accept");
}

static void hold(int index, int count, int is_held, int ready) {
  struct sockaddr_in address = {0};
  int fd = listener(index, &address);
  for (int i = 0; i < count / 2; i++) connect_pair(fd, &address);
  pid_t child = 0;
  if (is_held && index == 0) {
    if (dup(fd) < 0) fail("dup");
    child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (;;) pause();
    }
  }
  char line[64];
  int length = snprintf(line, sizeof line, "%d %d %d %d\n", getpid(), child, fd, ntohs(address.sin_port));
  if (write(ready, line, (size_t)length) != length) fail("write");
  for (;;) pause();
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  int total = atoi(argv[1]);
  int each = atoi(argv[2]);
  int count = (total + each - 1) / each;
  pid_t* pids = calloc((size_t)count + 1, sizeof *pids);
  int ready[2];
  if (pids == NULL || pipe(ready) != 0) fail("pipe");
  for (int i = 0; i < count; i++) {
    pids[i] = fork();
    if (pids[i] != 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ready[0]);
    hold(i, total - i * each < each ? total - i * each : each, argc > 3, ready[1]);
  }
  close(ready[1]);
  // A line of each: pid, child, descriptor and port of its listening socket.
  FILE* lines = fdopen(ready[0], "r");
  char line[64];
  for (int i = 0; i < count; i++) {
    if (lines == NULL || fgets(line, sizeof line, lines) == NULL) return 1;
    fputs(line, stdout);
  }
  puts("ready");
  fflush(stdout);
  while (read(0, line, sizeof line) > 0) {
  }
  for (int i = 0; i < count; i++) kill(pids[i], SIGKILL);
  for (int i = 0; i < count; i++) waitpid(pids[i], NULL, 0);
  return 0;
}
