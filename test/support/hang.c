// A file system that never answers: its kernel side waits for a program that does not read. It is mounted on the
// directory that is the only argument, says so in one line, and goes away, with what waits for it, when its input ends.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

int main(int count, char** arguments) {
  if (count != 2) return 2;
  int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (fuse < 0) return perror("/dev/fuse"), 1;
  char options[64];
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
  if (mount("nowhere:/dead", arguments[1], "fuse.dead", MS_NOSUID | MS_NODEV, options) != 0) return perror("mount"), 1;
  puts("mounted");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  close(fuse);
  return umount2(arguments[1], MNT_DETACH) == 0 ? 0 : 1;
}
