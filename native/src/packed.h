#pragma once
#include <cstring>
#include <vector>

#include "rows.h"

namespace sysgraph {

/**
 * The numbers of several batches in one buffer, as batchesOf in native/batch.ts takes them: an array of its own for
 * each costs more than most of them. First four lengths of each, and then its numbers, its reads and its statuses.
 */
class Packed {
 public:
  explicit Packed(const std::vector<Rows>& all) : all_(all) {}

  size_t size() const {
    size_t bytes = 0;
    for (const Rows& rows : all_) {
      bytes += lengths * sizeof(double) + room_of(rows.numbers()) + room_of(rows.reads()) + room_of(rows.statuses());
    }
    return bytes;
  }

  void write(void* buffer) const {
    char* at = static_cast<char*>(buffer);
    for (const Rows& rows : all_) {
      add(at,
          std::vector<double>{static_cast<double>(rows.count()), static_cast<double>(rows.numbers().size()),
                              static_cast<double>(rows.reads().size()), static_cast<double>(rows.statuses().size())});
    }
    for (const Rows& rows : all_) {
      add(at, rows.numbers());
      add(at, rows.reads());
      add(at, rows.statuses());
    }
  }

 private:
  static constexpr size_t lengths = 4;

  /** With what is left free before the next. */
  template <typename T>
  static size_t room_of(const std::vector<T>& from) {
    return (from.size() * sizeof(T) + sizeof(double) - 1) / sizeof(double) * sizeof(double);
  }

  template <typename T>
  static void add(char*& at, const std::vector<T>& from) {
    if (!from.empty()) std::memcpy(at, from.data(), from.size() * sizeof(T));
    at += room_of(from);
  }

  const std::vector<Rows>& all_;
};

}  // namespace sysgraph
