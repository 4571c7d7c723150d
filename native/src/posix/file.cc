#include "file.h"

#include <fcntl.h>
#include <unistd.h>

namespace sysgraph {

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

ReadStatus FileReader::once(int directory, const char* path) { return read(directory, path, false); }
ReadStatus FileReader::whole(int directory, const char* path) { return read(directory, path, true); }

ReadStatus FileReader::read(int directory, const char* path, bool to_the_end) {
  size_ = 0;
  error_ = 0;
  const Descriptor fd(openat(directory, path, O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0 || !fill(fd.get(), to_the_end)) error_ = errno;
  return status_of(error_);
}

/** A read that fills the buffer may have more to come, also where one was to be enough. */
bool FileReader::fill(int fd, bool to_the_end) {
  for (;;) {
    const ssize_t got = ::read(fd, buffer_.data() + size_, buffer_.size() - size_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    size_ += static_cast<size_t>(got);
    const bool full = size_ == buffer_.size();
    if (got == 0 || (!to_the_end && !full)) return true;
    if (full) buffer_.resize(buffer_.size() * 2);
  }
}

int open_directory(const std::string& path) { return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

std::string link_target(const std::string& path) {
  std::string target(4096, '\0');
  const ssize_t length = readlink(path.c_str(), target.data(), target.size());
  target.resize(length > 0 ? static_cast<size_t>(length) : 0);
  return target;
}

}  // namespace sysgraph
