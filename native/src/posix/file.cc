#include "file.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include <algorithm>

#include "../parse.h"

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
    const ssize_t got = ::read(fd, buffer_.get() + size_, capacity_ - size_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    size_ += static_cast<size_t>(got);
    const bool full = size_ == capacity_;
    if (got == 0 || (!to_the_end && !full)) return true;
    if (full) grow();
  }
}

ReadStatus FileReader::front(int fd, size_t most) {
  ssize_t got = 0;
  do {
    got = pread(fd, buffer_.get(), std::min(most, capacity_), 0);
  } while (got < 0 && errno == EINTR);
  size_ = got < 0 ? 0 : static_cast<size_t>(got);
  error_ = got < 0 ? errno : 0;
  return status_of(error_);
}

ReadStatus FileReader::again(int fd) {
  size_ = 0;
  error_ = 0;
  for (;;) {
    const ssize_t got = pread(fd, buffer_.get() + size_, capacity_ - size_, static_cast<off_t>(size_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error_ = errno;
    if (got <= 0) return status_of(error_);
    size_ += static_cast<size_t>(got);
    if (size_ == capacity_) grow();
  }
}

void FileReader::grow() {
  std::unique_ptr<char[]> larger(new char[capacity_ * 2]);
  std::memcpy(larger.get(), buffer_.get(), size_);
  buffer_ = std::move(larger);
  capacity_ *= 2;
}

KeptFiles::Kept::Kept(const std::string& path) : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}

/** One that could not be opened is tried again each time: it may yet come, and its status is that of the try. */
template <typename Read>
ReadStatus KeptFiles::read(const std::string& path, FileReader& file, Read read) {
  std::unique_lock<std::mutex> lock(mutex_);
  auto at = files_.find(path);
  if (at == files_.end()) at = files_.try_emplace(path, path).first;
  Kept& kept = at->second;
  if (kept.fd.get() < 0) {
    files_.erase(at);
    return file.whole(AT_FDCWD, path.c_str());
  }
  lock.unlock();
  const std::lock_guard<std::mutex> turn(kept.mutex);
  return read(kept.fd.get());
}

ReadStatus KeptFiles::whole(const std::string& path, FileReader& file) {
  return read(path, file, [&](int fd) { return file.again(fd); });
}

ReadStatus KeptFiles::front(const std::string& path, size_t most, FileReader& file) {
  return read(path, file, [&](int fd) { return file.front(fd, most); });
}

int open_directory(const std::string& path) { return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

ReadStatus read_link(int directory, const char* path, std::string& target) {
  target.resize(4096);
  const ssize_t length = readlinkat(directory, path, target.data(), target.size());
  const int error = length < 0 ? errno : 0;
  target.resize(length > 0 ? static_cast<size_t>(length) : 0);
  // A target that fills the buffer may be longer.
  return target.size() == 4096 ? ReadStatus::Malformed : status_of(error);
}

std::string link_target(const std::string& path) {
  std::string target;
  read_link(AT_FDCWD, path.c_str(), target);
  return target;
}

static bool number_of(const char* name, int32_t& number) {
  std::string_view text(name);
  double value = 0;
  if (!is_digit(text[0]) || !take_number(text, value) || !text.empty() || value > INT32_MAX) return false;
  number = static_cast<int32_t>(value);
  return true;
}

ReadStatus list_numbers(int directory, const char* path, const std::function<void(int32_t, uint64_t)>& take) {
  const int fd = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const folder = fd < 0 ? nullptr : fdopendir(fd);
  if (folder == nullptr) {
    const int error = errno;
    if (fd >= 0) close(fd);
    return status_of(error);
  }
  errno = 0;
  while (const dirent* entry = readdir(folder)) {
    int32_t number = 0;
    if (number_of(entry->d_name, number)) take(number, entry->d_ino);
  }
  const int error = errno;
  closedir(folder);
  errno = error;
  return status_of(error);
}

ReadStatus list_numbers(int directory, const char* path, std::vector<int32_t>& numbers) {
  const ReadStatus status = list_numbers(directory, path, [&](int32_t number, uint64_t) { numbers.push_back(number); });
  std::sort(numbers.begin(), numbers.end());
  return status;
}

}  // namespace sysgraph
