// Processes that do what the questions of the documents are about, until they are ended:
//
//     cast ROLE ARGUMENTS… [, ROLE ARGUMENTS…]…
//
//     listen ADDRESS PORT    waits for connections; the last one listened on takes them, and never reads from them
//     connect PORT BYTES     connects over loopback, and sends so much
//     tree CHILDREN THREADS  so many children, and in each and in itself so many more threads
//     hold PATH BYTES        makes a file, deletes it and keeps it open
//     open PATH              keeps a file open
//     eat MEBIBYTES          takes memory
//     neglect                a child that ends, and is never asked how
//     burn                   uses a third of a CPU
//     write PATH             writes to a file, and has the disk take it
//     wait                   waits where no signal reaches it: for the child it shares its memory with
//
// When all is done it prints a line.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int listening = -1;
static void (*forever)(void);
static int file = -1;

static void check(int good, const char* what) {
  if (good) return;
  perror(what);
  exit(1);
}

static struct sockaddr_in at(const char* address, const char* port) {
  struct sockaddr_in of = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  check(inet_pton(AF_INET, address, &of.sin_addr) == 1, address);
  return of;
}

static void do_listen(char** with) {
  struct sockaddr_in of = at(with[0], with[1]);
  listening = socket(AF_INET, SOCK_STREAM, 0);
  check(bind(listening, (struct sockaddr*)&of, sizeof of) == 0 && listen(listening, 16) == 0, "listen");
}

/** The other one may not listen yet. */
static void do_connect(char** with) {
  struct sockaddr_in of = at("127.0.0.1", with[0]);
  int fd = -1;
  for (int tries = 0; tries < 1000; tries++) {
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr*)&of, sizeof of) == 0) break;
    close(fd);
    fd = -1;
    usleep(10 * 1000);
  }
  check(fd >= 0, "connect");
  for (int left = atoi(with[1]); left > 0; left--) check(write(fd, "x", 1) == 1, "send");
}

static void* rest(void* of) {
  for (;;) pause();
  return of;
}

static void start_threads(int count) {
  for (int i = 0; i < count; i++) {
    pthread_t made;
    char name[16];
    snprintf(name, sizeof name, "pool-%d", i);
    check(pthread_create(&made, NULL, rest, NULL) == 0 && pthread_setname_np(made, name) == 0, "thread");
  }
}

static void do_tree(char** with) {
  for (int i = 0; i < atoi(with[0]); i++) {
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child != 0) continue;
    start_threads(atoi(with[1]));
    rest(NULL);
  }
  start_threads(atoi(with[1]));
}

static void do_hold(char** with) {
  int fd = open(with[0], O_CREAT | O_RDWR | O_TRUNC, 0600);
  check(fd >= 0 && posix_fallocate(fd, 0, atol(with[1])) == 0 && unlink(with[0]) == 0, with[0]);
}

static void do_open(char** with) { check(open(with[0], O_CREAT | O_WRONLY | O_APPEND, 0600) >= 0, with[0]); }

static void do_eat(char** with) {
  int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
  void* memory = mmap(NULL, (size_t)atol(with[0]) << 20, PROT_READ | PROT_WRITE, how, -1, 0);
  check(memory != MAP_FAILED, "mmap");
}

static void do_neglect(char** with) {
  (void)with;
  if (fork() == 0) _exit(0);
}

static void burn(void) {
  for (;;) {
    for (clock_t until = clock() + CLOCKS_PER_SEC / 100; clock() < until;) continue;
    usleep(20 * 1000);
  }
}

static void do_burn(char** with) {
  (void)with;
  forever = burn;
}

static void write_on(void) {
  static char block[64 * 1024];
  for (;;) {
    check(pwrite(file, block, sizeof block, 0) > 0 && fdatasync(file) == 0, "write");
    usleep(20 * 1000);
  }
}

static void do_write(char** with) {
  file = open(with[0], O_CREAT | O_WRONLY, 0600);
  check(file >= 0, with[0]);
  forever = write_on;
}

static void wait_on(void) {
  if (vfork() == 0)
    for (;;) pause();
}

static void do_wait(char** with) {
  (void)with;
  forever = wait_on;
}

static const struct {
  const char* name;
  int arguments;
  void (*play)(char**);
} roles[] = {{"listen", 2, do_listen}, {"connect", 2, do_connect}, {"tree", 2, do_tree},       {"hold", 2, do_hold},
             {"open", 1, do_open},     {"eat", 1, do_eat},         {"neglect", 0, do_neglect}, {"burn", 0, do_burn},
             {"write", 1, do_write},   {"wait", 0, do_wait}};

/** How many words a role takes, its name too. */
static int play(char** words, int left) {
  for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
    if (strcmp(words[0], roles[i].name) != 0 || left <= roles[i].arguments) continue;
    roles[i].play(words + 1);
    return 1 + roles[i].arguments;
  }
  fprintf(stderr, "no role: %s\n", words[0]);
  exit(2);
}

int main(int argc, char** argv) {
  for (int i = 1; i < argc;) i += strcmp(argv[i], ",") == 0 ? 1 : play(argv + i, argc - i);
  printf("ready\n");
  fflush(stdout);
  if (forever != NULL) forever();
  for (;;)
    if (listening < 0 || accept(listening, NULL, NULL) < 0) pause();
}
