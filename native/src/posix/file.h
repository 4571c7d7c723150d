#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "../status.h"

namespace sysgraph {

/** A buffer that files are read into, one after the other: what was read is valid until the next read. */
class FileReader {
 public:
  // Not a vector: that would write zeros over 64 kB before each of many small files.
  FileReader() : capacity_(size_t{64} << 10), buffer_(new char[capacity_]) {}

  /** Reads a file that the kernel makes in one piece: open, read once, close. */
  ReadStatus once(int directory, const char* path);
  /** Reads until the end, whatever the length. */
  ReadStatus whole(int directory, const char* path);
  /** Reads an open file anew that the kernel makes in one piece; several threads may read it at once. */
  ReadStatus once(int fd) { return front(fd, capacity_); }
  /** Reads no more than so much of it, from its start: the kernel makes no more. */
  ReadStatus front(int fd, size_t most);
  /** Reads an open file anew, from its start to its end. */
  ReadStatus again(int fd);

  std::string_view text() const { return {buffer_.get(), size_}; }
  /** The errno of the last read. */
  int error() const { return error_; }

 private:
  ReadStatus read(int directory, const char* path, bool to_the_end);
  bool fill(int fd, bool to_the_end);
  void grow();

  size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  size_t size_ = 0;
  int error_ = 0;
};

/** A descriptor that closes itself. */
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/**
 * Files of the kernel that are read again and again, kept open: opening and closing one costs as much as many have to
 * tell. Each read has the kernel make the text anew.
 */
class KeptFiles {
 public:
  ReadStatus whole(const std::string& path, FileReader& file);
  /** No more than so much of it. */
  ReadStatus front(const std::string& path, size_t most, FileReader& file);

 private:
  template <typename Read>
  ReadStatus read(const std::string& path, FileReader& file, Read read);

  struct Kept {
    explicit Kept(const std::string& path);
    // What the kernel has made of the file belongs to the descriptor: one reader at a time.
    std::mutex mutex;
    Descriptor fd;
  };

  std::mutex mutex_;
  std::map<std::string, Kept> files_;
};

/** A directory to read from, at -1 (and errno set) if it cannot be opened. */
int open_directory(const std::string& path);

/** Where a symbolic link points. */
ReadStatus read_link(int directory, const char* path, std::string& target);

/** Where a symbolic link points; empty if it cannot be read. */
std::string link_target(const std::string& path);

/** Takes the names in a folder that are whole numbers, as they come, each with its inode. */
ReadStatus list_numbers(int directory, const char* path, const std::function<void(int32_t, uint64_t)>& take);

/** The names in a folder that are whole numbers, in their order. */
ReadStatus list_numbers(int directory, const char* path, std::vector<int32_t>& numbers);

}  // namespace sysgraph
