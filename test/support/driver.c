// The driver of the interface lo, which answers as SYSGRAPH_DRIVER_ERROR says, an errno: loaded before the C library.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  if (request != SIOCETHTOOL || strcmp(((struct ifreq*)argument)->ifr_name, "lo") != 0)
    return (int)syscall(SYS_ioctl, fd, request, argument);
  errno = atoi(getenv("SYSGRAPH_DRIVER_ERROR"));
  return -1;
}
