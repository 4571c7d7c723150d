// Processes that fork, and never cease to: each of them makes children for as long as it may have any, of which some
// end at once, and are waited for. A pid is printed for the first one only. It is for a namespace with few pids.
//
//     bomb
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void burn(void) {
  for (unsigned turn = 0;; turn++) {
    pid_t child = fork();
    if (child == 0 && turn % 3 == 2) _exit(0);
    if (child == 0) turn = 0;
    while (waitpid(-1, NULL, WNOHANG) > 0) continue;
    // As many as there may be: it is tried again, but not by all of them all the time.
    if (child < 0) usleep(5000);
  }
}

int main(void) {
  printf("%d\n", getpid());
  fflush(stdout);
  burn();
}
