// Things that happen to processes, for tests of what is told of them. Each is done and waited for, and what it was is
// printed as lines of `what pid`:
//
//     happen exit CODE       a child that returns CODE
//     happen signal NUMBER   a child that a signal ends
//     happen exec            a child that begins three programs, one after the other, and ends
//     happen threads COUNT   a child that makes and ends COUNT threads, and returns 5
//     happen leader MS       a child whose first thread ends before another one returns 6, so long after (30)
//     happen takeover        a child whose second thread begins a program, which returns 7
//     happen burst COUNT     COUNT children that end at once
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char* self;

static int milliseconds = 30;

static void* nothing(void* of) { return of; }

static void* end_later(void* of) {
  usleep(milliseconds * 1000);
  exit(6);
  return of;
}

static void* take_over(void* of) {
  execl("/bin/sh", "sh", "-c", "exit 7", NULL);
  return of;
}

static void thread(void* (*run)(void*)) {
  pthread_t made;
  if (pthread_create(&made, NULL, run, NULL) != 0) abort();
  if (run == nothing) pthread_join(made, NULL);
}

static void be(const char* what, int number) {
  if (strcmp(what, "exit") == 0) _exit(number);
  if (strcmp(what, "signal") == 0) raise(number);
  if (strcmp(what, "exec") == 0) execl(self, self, "again", "2", NULL);
  if (strcmp(what, "threads") == 0) {
    for (int i = 0; i < number; i++) thread(nothing);
    exit(5);
  }
  if (strcmp(what, "leader") == 0) {
    if (number > 0) milliseconds = number;
    thread(end_later);
    pthread_exit(NULL);
  }
  if (strcmp(what, "takeover") == 0) {
    thread(take_over);
    for (;;) pause();
  }
  _exit(99);
}

int main(int argc, char** argv) {
  self = argv[0];
  int number = argc > 2 ? atoi(argv[2]) : 0;
  if (argc < 2) return 2;
  if (strcmp(argv[1], "again") == 0) {
    if (number > 0) execl(self, self, "again", number == 2 ? "1" : "0", NULL);
    return 0;
  }
  int count = strcmp(argv[1], "burst") == 0 ? number : 1;
  for (int i = 0; i < count; i++) {
    pid_t child = fork();
    if (child < 0) return perror("fork"), 1;
    if (child == 0 && count == 1) be(argv[1], number);
    if (child == 0) _exit(0);
    int status;
    if (waitpid(child, &status, 0) != child) return 1;
    if (count == 1) printf("%d %d\n", child, status);
  }
  return 0;
}
