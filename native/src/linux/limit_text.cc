#include "../parse.h"
#include "limit.h"

namespace sysgraph::limit {
namespace {

struct Line {
  std::string_view name;
  ResourceKind kind;
};

constexpr Line lines[] = {
    {"Max cpu time", ResourceKind::Cpu},
    {"Max file size", ResourceKind::Fsize},
    {"Max data size", ResourceKind::Data},
    {"Max stack size", ResourceKind::Stack},
    {"Max core file size", ResourceKind::Core},
    {"Max resident set", ResourceKind::Rss},
    {"Max processes", ResourceKind::Nproc},
    {"Max open files", ResourceKind::Nofile},
    {"Max locked memory", ResourceKind::Memlock},
    {"Max address space", ResourceKind::As},
    {"Max file locks", ResourceKind::Locks},
    {"Max pending signals", ResourceKind::Sigpending},
    {"Max msgqueue size", ResourceKind::Msgqueue},
    {"Max nice priority", ResourceKind::Nice},
    {"Max realtime priority", ResourceKind::Rtprio},
    {"Max realtime timeout", ResourceKind::Rttime},
};

bool take_limit(std::string_view& text, double& value) {
  constexpr std::string_view unlimited = "unlimited";
  skip_blanks(text);
  if (!starts_with(text, unlimited)) return take_number(text, value);
  text.remove_prefix(unlimited.size());
  return true;
}

}  // namespace

bool parse(std::string_view text, std::vector<Limits>& rows) {
  std::string_view line;
  while (take_line(text, line)) {
    for (const Line& known : lines) {
      if (!starts_with(line, known.name)) continue;
      std::string_view rest = line.substr(known.name.size());
      Limits row;
      row.resource = static_cast<double>(known.kind);
      if (!take_limit(rest, row.soft) || !take_limit(rest, row.hard)) return false;
      rows.push_back(row);
    }
  }
  return !rows.empty() && text.empty();
}

}  // namespace sysgraph::limit
