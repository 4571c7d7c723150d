// Writes rows by forms, for test/support/form.ts: case after case on its standard input, what came of each on its
// standard output. Everything crosses as blocks: how many bytes, and the bytes.
#include "form.h"

#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "packed.h"

namespace {

using namespace sysgraph;

bool take(std::string& block) {
  uint32_t size = 0;
  if (std::fread(&size, sizeof size, 1, stdin) != 1) return false;
  block.resize(size);
  return std::fread(&block[0], 1, size, stdin) == size;
}

template <typename T>
std::vector<T> values() {
  std::string block;
  take(block);
  std::vector<T> all(block.size() / sizeof(T));
  if (!all.empty()) std::memcpy(all.data(), block.data(), block.size());
  return all;
}

void give(const void* bytes, size_t size) {
  const auto length = static_cast<uint32_t>(size);
  std::fwrite(&length, sizeof length, 1, stdout);
  if (size > 0) std::fwrite(bytes, 1, size, stdout);
}

template <typename T>
void give(const T& all) {
  give(all.data(), all.size() * sizeof(typename T::value_type));
}

/** The source whose first two numbers may be a text, by which the text of all is laid down. */
void lay_down(Rows& rows, const std::vector<uint32_t>& widths, const std::string& text) {
  for (uint32_t source = 0; source < widths.size(); source++) {
    if (widths[source] < 2 || !rows.open(source)) continue;
    rows.items(text);
    return;
  }
}

void fill(Rows& rows, const std::vector<uint32_t>& widths, const std::vector<double>& numbers,
          const std::vector<uint8_t>& statuses, const std::string& text) {
  auto status = statuses.begin();
  for (auto number = numbers.begin(); number != numbers.end();) {
    rows.begin(*number++);
    if (rows.count() == 1) lay_down(rows, widths, text);
    for (uint32_t source = 0; source < widths.size(); source++) {
      if (!rows.open(source)) continue;
      for (uint32_t slot = 0; slot < widths[source]; slot++) rows.number(*number++);
      rows.fail(source, static_cast<ReadStatus>(*status++));
    }
  }
}

void tell(const std::vector<int32_t>& words, std::vector<std::string> texts, std::vector<Rows>& batches) {
  const Form form(words.data(), words.size(), std::move(texts));
  const Telling telling = form.tell(batches);
  batches[0].keep(telling.left);
  if (telling.left.empty() && batches.size() > 1) batches[1].keep({});
  give("", 0);
  give(telling.text);
  give(telling.places);
  give(std::vector<double>{static_cast<double>(telling.told), static_cast<double>(telling.objects), telling.units});
  const Packed packed(batches);
  std::string buffer(packed.size(), '\0');
  packed.write(&buffer[0]);
  give(buffer);
  for (const Rows& rows : batches) give(rows.block().bytes());
}

}  // namespace

int main() {
  for (std::string count; take(count);) {
    const auto texts_in = static_cast<unsigned char>(count[0]) | static_cast<unsigned char>(count[1]) << 8;
    const auto batches_in = static_cast<size_t>(count[2]);
    const std::vector<int32_t> words = values<int32_t>();
    std::vector<std::string> texts(static_cast<size_t>(texts_in));
    for (std::string& text : texts) take(text);
    std::vector<std::vector<uint32_t>> widths(batches_in);
    std::vector<Rows> batches;
    for (std::vector<uint32_t>& of : widths) {
      of = values<uint32_t>();
      const uint32_t mask = values<uint32_t>()[0];
      const auto numbers = values<double>();
      const auto statuses = values<uint8_t>();
      std::string text;
      take(text);
      batches.emplace_back(Shape{"table", of.data(), static_cast<uint32_t>(of.size())}, mask);
      fill(batches.back(), of, numbers, statuses, text);
    }
    try {
      tell(words, std::move(texts), batches);
    } catch (const std::invalid_argument& error) {
      give(std::string(error.what()));
    }
  }
  return 0;
}
