// What a command takes: `command COMMAND ARGUMENT...` runs it as often as the next line of its input says, with what it
// writes thrown away, and answers with the processor and wall milliseconds of those runs.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double milliseconds(struct timeval of) { return of.tv_sec * 1e3 + of.tv_usec / 1e3; }

static double wall(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static double run(char** command) {
  const pid_t pid = fork();
  if (pid == 0) {
    const int nothing = open("/dev/null", O_WRONLY);
    dup2(nothing, STDOUT_FILENO);
    execvp(command[0], command);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || status != 0) {
    fprintf(stderr, "%s could not be run\n", command[0]);
    exit(1);
  }
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

int main(int count, char** arguments) {
  char line[32];
  if (count < 2) return 2;
  while (fgets(line, sizeof line, stdin)) {
    const double start = wall();
    double cpu = 0;
    for (int times = atoi(line); times > 0; times--) cpu += run(arguments + 1);
    printf("{\"cpuMs\": %.3f, \"wallMs\": %.3f}\n", cpu, wall() - start);
    fflush(stdout);
  }
  return 0;
}
