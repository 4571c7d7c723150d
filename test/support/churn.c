// Processes that change, one thing at a time, as they are told:
//
//     churn WORKERS
//
// Each line of input is WHAT INDEX NUMBER: what is done, to or by which worker, and a number that says how. When it is
// done, and not before, a line of output names every process there is: their pids, the worker's own first. Workers are
// children that wait for a byte; each may have a child of its own, and one pid is given away again and again.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 64, THREADS = 4, FILES = 8 };

static void fail(const char* what) {
  perror(what);
  exit(1);
}

// ---- what a worker does to itself

static char* title;
static size_t title_size;
static int held[FILES];
static pthread_t threads[THREADS];
static int thread_count;
static volatile int thread_end[THREADS];
static pid_t child;

static void* wait_for_end(void* end) {
  while (!*(volatile int*)end) usleep(1000);
  return NULL;
}

static void change_threads(void) {
  if (thread_count == THREADS) {
    while (thread_count > 0) {
      thread_end[--thread_count] = 1;
      pthread_join(threads[thread_count], NULL);
    }
    return;
  }
  thread_end[thread_count] = 0;
  if (pthread_create(&threads[thread_count], NULL, wait_for_end, (void*)&thread_end[thread_count]) == 0) thread_count++;
}

static void change_file(int number, int is_socket) {
  int* at = &held[number % FILES];
  if (*at > 0) {
    close(*at);
    *at = 0;
  } else {
    *at = is_socket ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : open("/dev/zero", O_RDONLY | O_CLOEXEC);
  }
}

// A socket that is on its way is in nobody's table, and the next time in that of who takes it in.
static void change_passed(void) {
  static int ends[2], fd = -1, turn;
  char room[CMSG_SPACE(sizeof fd)] = {0}, byte = 0;
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  if (ends[0] == 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
  if (turn++ % 2 == 1) {
    if (recvmsg(ends[1], &message, MSG_CMSG_CLOEXEC) < 0) fail("recvmsg");
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return;
  }
  close(fd);
  fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  *CMSG_FIRSTHDR(&message) = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &fd, sizeof fd);
  if (sendmsg(ends[0], &message, 0) < 0) fail("sendmsg");
  close(fd);
}

// Its saved id stays root's, so that it can change again.
static void change_ids(int number) {
  if (seteuid(0) != 0 || setegid(0) != 0) return;
  if (setresgid((gid_t)(2000 + number % 7), (gid_t)(3000 + number % 5), 0) != 0) return;
  if (setresuid((uid_t)(2000 + number % 11), (uid_t)(3000 + number % 3), 0) != 0) return;
}

static void change_child(void) {
  if (child != 0) {
    // It may be somebody else's by now.
    uid_t self = geteuid();
    if (seteuid(0) != 0) fail("seteuid");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    child = 0;
    if (seteuid(self) != 0) fail("seteuid");
    return;
  }
  child = fork();
  if (child != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) pause();
}

static void burn(int milliseconds) {
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do clock_gettime(CLOCK_MONOTONIC, &now);
  while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < milliseconds);
}

static void begin_again(const char* self, int in, int out, int number) {
  char numbers[3][16];
  snprintf(numbers[0], sizeof numbers[0], "%d", in);
  snprintf(numbers[1], sizeof numbers[1], "%d", out);
  snprintf(numbers[2], sizeof numbers[2], "%d", number);
  if (geteuid() != 0 && seteuid(0) != 0) return;
  // Who begins again knows of no child.
  if (child != 0) change_child();
  execl(self, "again", "work", numbers[0], numbers[1], numbers[2], (char*)NULL);
}

// What it runs on for a moment after it has said that it is done.
static int change(char what, int number, const char* self, int in, int out) {
  static const char* const folders[] = {"/", "/tmp", "/usr", "/etc"};
  char name[16], byte;
  if (what == 'x') begin_again(self, in, out, number);
  if (what == 'u') change_ids(number);
  if (what == 't') change_threads();
  if (what == 'd' && chdir(folders[number % 4]) != 0) fail("chdir");
  if (what == 'f') change_file(number, 0);
  if (what == 's') change_file(number, 1);
  if (what == 'p') change_passed();
  if (what == 'b') burn(number % 20);
  if (what == 'a') memset(title, 'a' + number % 26, title_size);
  if (what == 'c') change_child();
  if (what == 'i' && held[0] > 0 && read(held[0], &byte, 1) < 0) return 0;
  if (what != 'n' && what != 'r') return 0;
  snprintf(name, sizeof name, what == 'n' ? "name %d" : "runs %d", number);
  prctl(PR_SET_NAME, name);
  return what == 'r' ? 12 : 0;
}

static void work(const char* self, int in, int out) {
  struct {
    char what;
    int number;
  } order;
  while (read(in, &order, sizeof order) == (ssize_t)sizeof order) {
    int after = change(order.what, order.number, self, in, out);
    if (write(out, &child, sizeof child) != (ssize_t)sizeof child) break;
    if (after > 0) burn(after);
  }
  if (child != 0) kill(child, SIGKILL);
  _exit(0);
}

// ---- what is done to workers

static pid_t pids[MOST], children[MOST], pair[2], zombie, orphan, reused, again;
static int pair_in, pair_out;
static int orders[MOST], answers[MOST], is_stopped[MOST], count;

static void begin(int index, const char* self) {
  int to[2], from[2];
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) fail("pipe");
  pids[index] = fork();
  if (pids[index] < 0) fail("fork");
  if (pids[index] == 0) {
    char numbers[2][16];
    // Kept over the program that begins.
    snprintf(numbers[0], sizeof numbers[0], "%d", dup(to[0]));
    snprintf(numbers[1], sizeof numbers[1], "%d", dup(from[1]));
    execl(self, "worker", "work", numbers[0], numbers[1], "0", (char*)NULL);
    fail("exec");
  }
  close(to[0]);
  close(from[1]);
  orders[index] = to[1];
  answers[index] = from[0];
}

static void end(void) {
  for (int i = 0; i < count; i++) {
    if (children[i] != 0) kill(children[i], SIGKILL);
    kill(pids[i], SIGKILL);
  }
  pid_t others[] = {zombie, orphan, again, reused, pair[0], pair[1]};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    if (others[i] > 0) kill(others[i], SIGKILL);
}

static void hear(int index) {
  if (read(answers[index], &children[index], sizeof(pid_t)) == (ssize_t)sizeof(pid_t)) return;
  end();
  fail("a worker is gone");
}

static void go_on(int index) {
  if (!is_stopped[index]) return;
  kill(pids[index], SIGCONT);
  waitpid(pids[index], NULL, WCONTINUED);
  is_stopped[index] = 0;
}

static void stop(int index) {
  kill(pids[index], SIGSTOP);
  waitpid(pids[index], NULL, WUNTRACED);
  is_stopped[index] = 1;
}

static void order(int index, char what, int number) {
  struct {
    char what;
    int number;
  } of = {what, number};
  go_on(index);
  if (write(orders[index], &of, sizeof of) != (ssize_t)sizeof of) fail("write");
  hear(index);
}

static void change_zombie(void) {
  if (zombie != 0) {
    waitpid(zombie, NULL, 0);
    zombie = 0;
    return;
  }
  zombie = fork();
  if (zombie == 0) _exit(3);
  waitid(P_PID, (id_t)zombie, &(siginfo_t){0}, WEXITED | WNOWAIT);
}

// Its parent ends, and who listens here takes it over; the next time it ends itself.
static void change_orphan(void) {
  if (orphan != 0) {
    kill(orphan, SIGKILL);
    waitpid(orphan, NULL, 0);
    orphan = 0;
    return;
  }
  int told[2];
  if (pipe(told) != 0) fail("pipe");
  pid_t between = fork();
  if (between == 0) {
    pid_t made = fork();
    if (made == 0)
      for (;;) pause();
    if (write(told[1], &made, sizeof made) < 0) _exit(1);
    for (;;) pause();
  }
  if (read(told[0], &orphan, sizeof orphan) < 0) fail("read");
  close(told[0]);
  close(told[1]);
  again = between;
}

static void orphan_it(void) {
  if (again == 0) return change_orphan();
  kill(again, SIGKILL);
  waitpid(again, NULL, 0);
  again = 0;
}

static void reuse(int number) {
  pid_t wanted = reused;
  if (reused != 0) {
    kill(reused, SIGKILL);
    waitpid(reused, NULL, 0);
  }
  struct clone_args args = {
      .exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&wanted, .set_tid_size = wanted != 0};
  reused = (pid_t)syscall(SYS_clone3, &args, sizeof args);
  if (reused < 0) reused = fork();
  if (reused != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (number % 2 == 0) prctl(PR_SET_NAME, "another");
  for (;;) pause();
}

// Two that have one table of descriptors, where one opens and closes what the other one, which rests, then has too.
static void change_pair(void) {
  char byte = 0;
  if (pair[0] == 0) {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) fail("pipe");
    pair[0] = fork();
    if (pair[0] == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      pid_t parent = getpid(), made = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
      if (made == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(0);
        for (pid_t self = getpid(); read(to[0], &byte, 1) == 1;) {
          change_file(0, 1);
          if (write(from[1], &self, sizeof self) < 0) break;
        }
        _exit(0);
      }
      for (;;) pause();
    }
    pair_in = to[1];
    pair_out = from[0];
  }
  if (write(pair_in, &byte, 1) != 1 || read(pair_out, &pair[1], sizeof(pid_t)) < 0) fail("pair");
}

static void limit(int index, int number) {
  struct rlimit of = {(rlim_t)(64 + number % 64), 4096};
  // Refused for one that has become somebody else.
  prlimit(pids[index], RLIMIT_NOFILE, &of, NULL);
}

static void bind_to(int index, int number) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(number % (int)sysconf(_SC_NPROCESSORS_ONLN), &set);
  sched_setaffinity(pids[index], sizeof set, &set);
}

static void apply(char what, int index, int number) {
  switch (what) {
    case 'N':
      setpriority(PRIO_PROCESS, (id_t)pids[index], number % 20);
      break;
    case 'L':
      limit(index, number);
      break;
    case 'B':
      bind_to(index, number);
      break;
    case 'S':
      is_stopped[index] ? go_on(index) : stop(index);
      break;
    case 'Z':
      change_zombie();
      break;
    case 'O':
      orphan_it();
      break;
    case 'P':
      reuse(number);
      break;
    case 'F':
      change_pair();
      break;
    default:
      order(index, what, number);
      break;
  }
}

static void tell(int index) {
  printf("%d", pids[index]);
  for (int i = 0; i < count; i++) {
    if (i != index) printf(" %d", pids[i]);
    if (children[i] != 0) printf(" %d", children[i]);
  }
  pid_t others[] = {zombie, orphan, again, reused, pair[0], pair[1]};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    if (others[i] != 0) printf(" %d", others[i]);
  puts("");
  fflush(stdout);
}

int main(int argc, char** argv) {
  if (argc == 5 && strcmp(argv[1], "work") == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    title = argv[4];
    title_size = strlen(argv[4]);
    int out = atoi(argv[3]);
    // A worker that has begun says so like one that has done something.
    if (write(out, &child, sizeof child) != (ssize_t)sizeof child) return 1;
    work("/proc/self/exe", atoi(argv[2]), out);
  }
  if (argc != 2) return 2;
  count = atoi(argv[1]);
  if (count < 1 || count > MOST) return 2;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (int i = 0; i < count; i++) begin(i, argv[0]);
  for (int i = 0; i < count; i++) hear(i);
  tell(0);
  char what;
  int index, number;
  while (scanf(" %c %d %d", &what, &index, &number) == 3) {
    index %= count;
    apply(what, index, number);
    tell(index);
  }
  end();
  return 0;
}
