#pragma once
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "../posix/file.h"

namespace sysgraph {

/** What one thread polls so that another can wake it. */
class Wake {
 public:
  /** Without it the thread would neither hear nor end, so it is better not begun. */
  Wake() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_.get() < 0) throw std::system_error(errno, std::generic_category(), "cannot wake a thread");
  }

  int get() const { return descriptor_.get(); }

  void call() const {
    const uint64_t one = 1;
    while (write(get(), &one, sizeof one) < 0 && errno == EINTR) continue;
  }

  /** It was heard, and is silent until the next call. */
  void hear() const {
    uint64_t count = 0;
    while (read(get(), &count, sizeof count) < 0 && errno == EINTR) continue;
  }

 private:
  const Descriptor descriptor_;
};

}  // namespace sysgraph
