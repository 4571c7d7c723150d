#include "bytes.h"
#include "peb.h"

namespace sysgraph::peb {
namespace {

bool is_blank(char16_t c) { return c == u' ' || c == u'\t'; }

std::u16string_view units_of(std::string_view bytes, std::u16string& room) {
  room.resize(bytes.size() / 2);
  std::memcpy(room.data(), bytes.data(), room.size() * 2);
  return std::u16string_view(room).substr(0, room.find(u'\0'));
}

std::string utf8(std::u16string_view units) {
  return utf8_of(std::string_view(reinterpret_cast<const char*>(units.data()), units.size() * 2));
}

/** The program has rules of its own: it ends with the next quote or blank, and a stroke is only a stroke. */
std::u16string take_program(std::u16string_view& line) {
  const bool is_quoted = !line.empty() && line[0] == u'"';
  if (is_quoted) line.remove_prefix(1);
  size_t end = 0;
  while (end < line.size() && (is_quoted ? line[end] != u'"' : !is_blank(line[end]))) end++;
  std::u16string program(line.substr(0, end));
  line.remove_prefix(std::min(line.size(), end + (is_quoted ? 1 : 0)));
  return program;
}

/** Takes strokes and the quote behind them: two strokes before a quote are one, and one more makes it a letter. */
bool take_strokes(std::u16string_view& line, std::u16string& argument) {
  size_t strokes = 0;
  while (strokes < line.size() && line[strokes] == u'\\') strokes++;
  const bool before_quote = strokes < line.size() && line[strokes] == u'"';
  argument.append(before_quote ? strokes / 2 : strokes, u'\\');
  line.remove_prefix(strokes);
  if (!before_quote || strokes % 2 == 0) return false;
  argument += u'"';
  line.remove_prefix(1);
  return true;
}

std::u16string take_argument(std::u16string_view& line) {
  std::u16string argument;
  bool is_quoted = false;
  while (!line.empty() && (is_quoted || !is_blank(line[0]))) {
    if (line[0] == u'\\') {
      take_strokes(line, argument);
      continue;
    }
    const char16_t letter = line[0];
    line.remove_prefix(1);
    if (letter != u'"') {
      argument += letter;
    } else if (is_quoted && !line.empty() && line[0] == u'"') {
      // Two of them inside quotes are one that is meant, and the quotes go on.
      argument += u'"';
      line.remove_prefix(1);
    } else {
      is_quoted = !is_quoted;
    }
  }
  return argument;
}

}  // namespace

uint64_t pointer_at(std::string_view buffer, const Layout& layout, size_t at) {
  const Bytes bytes(buffer);
  return layout.pointer == 8 ? bytes.at<uint64_t>(at) : bytes.at<uint32_t>(at);
}

Text text_at(std::string_view buffer, const Layout& layout, size_t at) {
  return {pointer_at(buffer, layout, at + layout.pointer), Bytes(buffer).at<uint16_t>(at)};
}

Parameters find_parameters(uint64_t block, const Layout& layout, const Read& read) {
  const uint64_t place = pointer_at(read(block + layout.parameters, layout.pointer), layout, 0);
  const std::string bytes = read(place, layout.parameters_size);
  return {text_at(bytes, layout, layout.command_line), text_at(bytes, layout, layout.folder),
          pointer_at(bytes, layout, layout.environment)};
}

std::string split_arguments(std::string_view bytes) {
  std::u16string room;
  std::u16string_view line = units_of(bytes, room);
  std::string items;
  if (line.empty()) return items;
  items += utf8(take_program(line)) + '\0';
  for (;;) {
    while (!line.empty() && is_blank(line[0])) line.remove_prefix(1);
    if (line.empty()) return items;
    items += utf8(take_argument(line)) + '\0';
  }
}

std::vector<Variable> split_environment(std::string_view bytes) {
  std::u16string room(bytes.size() / 2, u'\0');
  std::memcpy(room.data(), bytes.data(), room.size() * 2);
  std::u16string_view rest(room);
  std::vector<Variable> variables;
  while (!rest.empty() && rest[0] != u'\0') {
    const std::u16string_view line = rest.substr(0, rest.find(u'\0'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const size_t cut = line.find(u'=');
    if (cut == 0 || cut == std::u16string_view::npos) continue;
    variables.push_back({utf8(line.substr(0, cut)), utf8(line.substr(cut + 1))});
  }
  return variables;
}

std::string folder_text(std::string_view bytes) {
  std::string folder = utf8_of(bytes);
  constexpr size_t root_length = 3;
  if (folder.size() > root_length && folder.back() == '\\') folder.pop_back();
  return folder;
}

}  // namespace sysgraph::peb
