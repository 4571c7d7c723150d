// A process that the kernel cannot look into: mounts a file system on the directory that is its only argument, whose
// one file it opens and maps, and stops answering for it at the first read. The page that is waited for is asked for
// through /proc/self/mem, which holds the lock of the address space meanwhile; and as a map is waiting to be made
// behind it, nobody else gets that lock any more. Says in a line who that is, and lets go of it when its input ends.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, FILE_NODE = 2 };

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static struct fuse_attr about(uint64_t node) {
  struct fuse_attr of = {.ino = node, .nlink = 1, .mode = S_IFREG | 0600, .size = PAGE, .blksize = PAGE};
  if (node == FUSE_ROOT_ID) of.mode = S_IFDIR | 0700;
  return of;
}

static void answer(int fuse, const struct fuse_in_header* to, const void* bytes, size_t size) {
  struct fuse_out_header head = {.len = sizeof head + size, .unique = to->unique};
  struct iovec parts[] = {{&head, sizeof head}, {(void*)bytes, size}};
  if (writev(fuse, parts, 2) < 0) fail("answer");
}

// Nothing is remembered: whoever looks for the file again asks again.
static void serve(int fuse, const struct fuse_in_header* asked) {
  struct fuse_init_out init = {.major = 7, .minor = 31, .max_write = PAGE};
  struct fuse_entry_out entry = {.nodeid = FILE_NODE, .attr = about(FILE_NODE)};
  struct fuse_attr_out attributes = {.attr = about(asked->nodeid), .attr_valid = 1000};
  struct fuse_open_out open = {0};
  if (asked->opcode == FUSE_INIT) answer(fuse, asked, &init, sizeof init);
  if (asked->opcode == FUSE_LOOKUP) answer(fuse, asked, &entry, sizeof entry);
  if (asked->opcode == FUSE_GETATTR) answer(fuse, asked, &attributes, sizeof attributes);
  if (asked->opcode == FUSE_OPEN) answer(fuse, asked, &open, sizeof open);
}

static void* look(void* page) {
  char byte;
  int memory = open("/proc/self/mem", O_RDONLY);
  return (void*)pread(memory, &byte, 1, (off_t)page);
}

// The name is one that is looked at again, to see whether it means that the file is gone.
static void get_stuck(const char* directory, int go) {
  char path[4096], byte;
  snprintf(path, sizeof path, "%s/file (deleted)", directory);
  int file = open(path, O_RDONLY);
  void* page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
  if (file < 0 || page == MAP_FAILED) fail(path);
  pthread_t looking;
  if (pthread_create(&looking, NULL, look, page) != 0) fail("pthread_create");
  if (read(go, &byte, 1) == 1) mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (;;) pause();
}

// Answers until somebody wants to read the file.
static void serve_until_read(int fuse) {
  static char request[1 << 16];
  const struct fuse_in_header* asked = (const void*)request;
  while (read(fuse, request, sizeof request) > 0 && asked->opcode != FUSE_READ) serve(fuse, asked);
}

int main(int count, char** arguments) {
  if (count != 2) return 2;
  int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC), go[2];
  if (fuse < 0 || pipe(go) != 0) fail("/dev/fuse");
  char options[64], byte;
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
  if (mount("stalled", arguments[1], "fuse.stalled", MS_NOSUID | MS_NODEV, options) != 0) fail("mount");
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(fuse);
    close(STDIN_FILENO);
    get_stuck(arguments[1], go[0]);
  }
  serve_until_read(fuse);
  // It waits for the page, and now for the map as well.
  if (write(go[1], "", 1) != 1) fail("pipe");
  printf("%d\n", child);
  fflush(stdout);
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  close(fuse);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return umount2(arguments[1], MNT_DETACH) == 0 ? 0 : 1;
}
