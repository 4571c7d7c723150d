// A crowd of processes for tests and benches: forks COUNT children that pause, prints their pids and waits until its
// standard input ends. Everything dies with it, and it dies with its parent.
//
//     crowd COUNT ZOMBIES THREADS [NAME IN HEX ...]
//
// Of the COUNT children, the first ZOMBIES exit at once and are not waited for. The others have THREADS extra threads
// each, and take turns at the names.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char* what) {
  perror(what);
  exit(1);
}

// The signal is for the death of the parent from now on; that the parent is still there has to be asked as well.
static void die_with(pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail("prctl");
  if (getppid() != parent) _exit(0);
}

static void take_name(const char* hex) {
  char name[16] = "";
  for (size_t i = 0; i < sizeof name - 1 && hex[2 * i] != '\0'; i++) {
    unsigned byte = 0;
    if (sscanf(hex + 2 * i, "%2x", &byte) != 1) fail(hex);
    name[i] = (char)byte;
  }
  prctl(PR_SET_NAME, name);
}

static void* wait_forever(void* nothing) {
  for (;;) pause();
  return nothing;
}

// Small stacks: thousands of threads are address space, not memory.
static void start_threads(int count) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 * 1024);
  for (int i = 0; i < count; i++) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, wait_forever, NULL) != 0) fail("pthread_create");
  }
}

// Closing `ready` is how a child says that it has its name and its threads.
static void live(pid_t parent, int ready, const char* name, int threads) {
  die_with(parent);
  if (name != NULL) take_name(name);
  start_threads(threads);
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  close(ready);
  wait_forever(NULL);
}

static void wait_for_end(int fd) {
  char byte;
  while (read(fd, &byte, 1) > 0) continue;
}

static void end_all(const pid_t* pids, int count) {
  for (int i = 0; i < count; i++) kill(pids[i], SIGKILL);
  for (int i = 0; i < count; i++) waitpid(pids[i], NULL, 0);
}

int main(int argc, char** argv) {
  if (argc < 4) return fprintf(stderr, "crowd COUNT ZOMBIES THREADS [NAME IN HEX ...]\n"), 2;
  int count = atoi(argv[1]), zombies = atoi(argv[2]), threads = atoi(argv[3]), names = argc - 4;
  // Only the standard input says that the starter is gone: the thread that started us may be long gone before it.
  pid_t self = getpid(), *pids = calloc((size_t)count + 1, sizeof *pids);
  int ready[2];
  if (pids == NULL || pipe(ready) != 0) fail("crowd");
  // As a rule a parent is older than its children by more than a tick of the kernel.
  usleep(20000);
  for (int i = 0; i < count; i++) {
    pids[i] = fork();
    if (pids[i] < 0) fail("fork");
    if (pids[i] != 0) continue;
    if (i < zombies) _exit(0);
    live(self, ready[1], names > 0 ? argv[4 + i % names] : NULL, threads);
  }
  close(ready[1]);
  wait_for_end(ready[0]);
  // A zombie closed its files a moment before it became one.
  for (int i = 0; i < zombies && i < count; i++) waitid(P_PID, (id_t)pids[i], &(siginfo_t){0}, WEXITED | WNOWAIT);
  for (int i = 0; i < count; i++) printf("%d\n", pids[i]);
  puts("ready");
  fflush(stdout);
  wait_for_end(STDIN_FILENO);
  end_all(pids, count);
  return 0;
}
