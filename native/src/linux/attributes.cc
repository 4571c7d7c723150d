#include "attributes.h"

#include <fcntl.h>

#include <algorithm>

#include "../parse.h"
#include "directory.h"
#include "host.h"

namespace sysgraph {

std::string_view Attributes::whole(const std::string& path) {
  reads_++;
  status_ = file_.whole(AT_FDCWD, path.c_str());
  return status_ == ReadStatus::Ok ? file_.text() : std::string_view();
}

std::string_view Attributes::often(Host& host, const std::string& path) {
  reads_++;
  status_ = host.read_often(path, file_);
  return status_ == ReadStatus::Ok ? file_.text() : std::string_view();
}

std::string Attributes::text(const std::string& path) {
  std::string_view text = whole(path);
  return std::string(trimmed(take(text, '\n')));
}

double Attributes::number(const std::string& path) {
  const std::string line = text(path);
  std::string_view rest = line;
  double value = none;
  return take_number(rest, value) && rest.empty() ? value : none;
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  const Descriptor opened(open_directory(directory));
  if (opened.get() >= 0) each_entry(opened.get(), [&](const dirent64& entry) { names.emplace_back(entry.d_name); });
  std::sort(names.begin(), names.end());
  return names;
}

double numbered(std::string_view name, std::string_view prefix) {
  if (!starts_with(name, prefix)) return none;
  name.remove_prefix(prefix.size());
  double number = none;
  return !name.empty() && is_digit(name[0]) && take_number(name, number) && name.empty() ? number : none;
}

}  // namespace sysgraph
