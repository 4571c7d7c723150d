#pragma once
#include <string>
#include <vector>

#include "../posix/file.h"

namespace sysgraph {

struct Host;

/** Small files that hold one value each, as sysfs has them. What cannot be read is empty, or none. */
class Attributes {
 public:
  /** The first line, without the blanks around it. */
  std::string text(const std::string& path);
  /** A whole number. */
  double number(const std::string& path);
  /** The whole file. */
  std::string_view whole(const std::string& path);
  /** The whole of a file that is read often. */
  std::string_view often(Host& host, const std::string& path);

  ReadStatus status() const { return status_; }
  /** How many files were opened. */
  uint32_t reads() const { return reads_; }

 private:
  FileReader file_;
  ReadStatus status_ = ReadStatus::Ok;
  uint32_t reads_ = 0;
};

/** The names in a directory, sorted; none if it cannot be listed. */
std::vector<std::string> names_in(const std::string& directory);

inline std::string path_of(std::string_view directory, std::string_view name) {
  return std::string(directory).append("/").append(name);
}

/** The number at the end of `name` if it is `prefix` and digits, else none: cpu12. */
double numbered(std::string_view name, std::string_view prefix);

}  // namespace sysgraph
