// A process that calls itself, and a thread of its, by names that could be taken for something else. NAME and THREAD
// are hexadecimal; the rest are arguments to be seen. It ends with its standard input.
//
//     hostile NAME THREAD [ARGUMENT ...]
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void take_name(const char* hex) {
  char name[16] = "";
  for (size_t i = 0; i < sizeof name - 1 && hex[2 * i] != '\0'; i++) {
    unsigned byte = 0;
    if (sscanf(hex + 2 * i, "%2x", &byte) != 1) exit(2);
    name[i] = (char)byte;
  }
  prctl(PR_SET_NAME, name);
}

static void* wait_forever(void* name) {
  take_name(name);
  puts("ready");
  fflush(stdout);
  for (;;) pause();
  return NULL;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  take_name(argv[1]);
  pthread_t thread;
  if (pthread_create(&thread, NULL, wait_forever, argv[2]) != 0) return 1;
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  return 0;
}
