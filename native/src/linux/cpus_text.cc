#include <climits>

#include "../parse.h"
#include "cpus.h"

namespace sysgraph {

bool is_cpu_list(std::string_view text) {
  constexpr double most = 1 << 16;
  double last = -1;
  while (!text.empty()) {
    double from = 0;
    if (!is_digit(text[0]) || !take_number(text, from) || from <= last) return false;
    last = from;
    if (!text.empty() && text[0] == '-') {
      text.remove_prefix(1);
      if (text.empty() || !is_digit(text[0]) || !take_number(text, last) || last <= from) return false;
    }
    if (last >= most) return false;
    if (text.empty()) return true;
    if (text[0] != ',') return false;
    text.remove_prefix(1);
  }
  return false;
}

std::string cpu_list(const unsigned long* words, size_t count) {
  constexpr size_t bits = sizeof(unsigned long) * CHAR_BIT;
  const auto has = [&](size_t cpu) { return cpu < count * bits && (words[cpu / bits] >> cpu % bits & 1u) != 0; };
  std::string list;
  for (size_t cpu = 0; cpu < count * bits; cpu++) {
    if (!has(cpu)) continue;
    const size_t first = cpu;
    while (has(cpu + 1)) cpu++;
    if (!list.empty()) list += ',';
    list += std::to_string(first);
    if (cpu > first) list += '-' + std::to_string(cpu);
  }
  return list;
}

}  // namespace sysgraph
