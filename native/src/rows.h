#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cancel.h"
#include "status.h"
#include "text.h"

namespace sysgraph {

/** A number the kernel does not give. */
constexpr double none = std::numeric_limits<double>::quiet_NaN();

/** A table as the writer sees it: its name and how many numbers each of its sources takes. */
struct Shape {
  const char* name;
  const uint32_t* widths;
  uint32_t sources;
  /** Of each source, bit by bit, which of its numbers is where a text starts; none if that is not known. */
  const uint32_t* texts = nullptr;
};

/**
 * The rows of one call, packed: for each row a key and then the columns of every source of the mask, and beside it a
 * status for each of those sources. Text is one block; a column of text is a start and an end in it.
 */
class Rows {
 public:
  Rows(const Shape& shape, uint32_t mask, CancelFlag cancel = nullptr)
      : widths_(shape.widths),
        texts_(shape.texts),
        mask_(mask),
        cancel_(std::move(cancel)),
        offsets_(shape.sources),
        ranks_(shape.sources) {
    for (uint32_t source = 0; source < shape.sources; source++) {
      offsets_[source] = stride_;
      ranks_[source] = ranks_used_;
      if (!wants(source)) continue;
      stride_ += shape.widths[source];
      ranks_used_++;
    }
    reads_.resize(shape.sources);
  }

  bool wants(uint32_t source) const { return (mask_ >> source & 1u) != 0; }
  bool wants_any(uint32_t mask) const { return (mask_ & mask) != 0; }

  /** Throws if nobody wants the answer any more. */
  void check() const {
    if (cancel_ && cancel_->load(std::memory_order_relaxed)) throw Cancelled();
  }

  /** Makes room for so many rows, so that none of what was written has to be moved. */
  void reserve(size_t count) {
    numbers_.reserve(count * stride_);
    statuses_.reserve(count * ranks_used_);
  }

  /** Starts a row, which is where every reader can be stopped. What no reader fills stays unsupported. */
  void begin(double key) {
    check();
    row_ = count_++;
    numbers_.resize(numbers_.size() + stride_, none);
    statuses_.resize(statuses_.size() + ranks_used_, static_cast<uint8_t>(ReadStatus::Unsupported));
    numbers_[row_ * stride_] = key;
  }

  /** Readies a source of the row to be written; false if nobody asked for it. */
  bool open(uint32_t source) {
    if (!wants(source)) return false;
    at_ = row_ * stride_ + offsets_[source];
    statuses_[row_ * ranks_used_ + ranks_[source]] = static_cast<uint8_t>(ReadStatus::Ok);
    return true;
  }

  void fail(uint32_t source, ReadStatus status) {
    if (wants(source)) statuses_[row_ * ranks_used_ + ranks_[source]] = static_cast<uint8_t>(status);
  }

  void number(double value) { numbers_[at_++] = value; }
  void text(std::string_view bytes) { write(bytes, false); }
  /** Items that each end with a NUL. */
  void items(std::string_view bytes) { write(bytes, true); }

  /** Kernel reads, for the count of them that tests and the cost report look at. */
  void count_read(uint32_t source, uint32_t times = 1) { reads_[source] += times; }

  // ---- what was read, row by row

  double key(size_t row) const { return numbers_[row * stride_]; }

  /** True where so many numbers of a source, -1 for the key, were asked for. */
  bool has(int32_t source, uint32_t slot, uint32_t width) const {
    if (source < 0) return slot == 0 && width == 1;
    const auto of = static_cast<uint32_t>(source);
    return of < offsets_.size() && wants(of) && slot < widths_[of] && width <= widths_[of] - slot;
  }

  const double* place(size_t row, int32_t source, uint32_t slot) const {
    return &numbers_[row * stride_ + (source < 0 ? 0 : offsets_[static_cast<uint32_t>(source)] + slot)];
  }

  /** Why the row is not whole, by the first of its sources that could not be read. */
  ReadStatus status(size_t row) const {
    for (uint32_t rank = 0; rank < ranks_used_; rank++) {
      const auto status = static_cast<ReadStatus>(statuses_[row * ranks_used_ + rank]);
      if (status != ReadStatus::Ok) return status;
    }
    return ReadStatus::Ok;
  }
  bool is_whole(size_t row) const { return status(row) == ReadStatus::Ok; }

  /** Forgets all rows but these, of which each number is told once, and their text. */
  void keep(const std::vector<uint32_t>& rows) {
    std::vector<double> numbers;
    std::vector<uint8_t> statuses;
    numbers.reserve(rows.size() * stride_);
    statuses.reserve(rows.size() * ranks_used_);
    for (const size_t row : rows) {
      numbers.insert(numbers.end(), &numbers_[row * stride_], &numbers_[row * stride_] + stride_);
      statuses.insert(statuses.end(), &statuses_[row * ranks_used_], &statuses_[row * ranks_used_] + ranks_used_);
    }
    numbers_ = std::move(numbers);
    statuses_ = std::move(statuses);
    count_ = static_cast<uint32_t>(rows.size());
    keep_texts();
  }

  uint32_t count() const { return count_; }
  const std::vector<double>& numbers() const { return numbers_; }
  const std::vector<uint8_t>& statuses() const { return statuses_; }
  const std::vector<uint32_t>& reads() const { return reads_; }
  const TextBlock& block() const { return block_; }

 private:
  /**
   * Nobody looks at the text of rows that are forgotten. Where it is not known which text is whose, all of it stays.
   */
  void keep_texts() {
    if (count_ > 0 && texts_ == nullptr) return;
    const TextBlock all = std::exchange(block_, TextBlock());
    const TextUnits units(all);
    for (uint32_t source = 0; count_ > 0 && source < offsets_.size(); source++) {
      if (!wants(source)) continue;
      for (uint32_t slot = 0; slot < widths_[source]; slot++) {
        if ((texts_[source] >> slot & 1u) == 0) continue;
        for (size_t row = 0; row < count_; row++) move_text(units, &numbers_[row * stride_ + offsets_[source] + slot]);
      }
    }
  }

  void move_text(const TextUnits& units, double* place) {
    if (std::isnan(place[0])) return;
    const std::string_view bytes = units.between(place[0], place[1]);
    place[0] = static_cast<double>(block_.units());
    block_.append(bytes, true);
    place[1] = static_cast<double>(block_.units());
  }

  void write(std::string_view bytes, bool items) {
    if (bytes.data() == nullptr) {
      at_ += 2;
      return;
    }
    numbers_[at_++] = static_cast<double>(block_.units());
    block_.append(bytes, items);
    numbers_[at_++] = static_cast<double>(block_.units());
  }

  const uint32_t* widths_;
  const uint32_t* texts_;
  uint32_t mask_;
  CancelFlag cancel_;
  uint32_t stride_ = 1;
  uint32_t ranks_used_ = 0;
  std::vector<uint32_t> offsets_;
  std::vector<uint32_t> ranks_;
  uint32_t count_ = 0;
  size_t row_ = 0;
  size_t at_ = 0;
  std::vector<double> numbers_;
  std::vector<uint8_t> statuses_;
  std::vector<uint32_t> reads_;
  TextBlock block_;
};

}  // namespace sysgraph
