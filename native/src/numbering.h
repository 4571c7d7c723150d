#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sysgraph {

/**
 * Numbers keys as they come, from 0 on, each once. Slots in one block: a node for each of thousands of keys takes as
 * long to make as all else that is done with it.
 */
class Numbering {
 public:
  static constexpr uint32_t unknown = UINT32_MAX;

  /** The number of a key, and whether it is a new one. */
  std::pair<uint32_t, bool> add(uint64_t key) {
    if (slots_.size() < 2 * (size_t{count_} + 1)) grow();
    Slot& slot = slots_[slot_of(key)];
    if (slot.number != unknown) return {slot.number, false};
    slot = {key, count_++};
    return {slot.number, true};
  }

  /** Its number; unknown if it has none. */
  uint32_t find(uint64_t key) const { return slots_.empty() ? unknown : slots_[slot_of(key)].number; }

  void clear() {
    slots_.clear();
    count_ = 0;
  }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t number = unknown;
  };
  static constexpr size_t least = 256;

  /** Where a key is, or would be. At most half of the slots are taken, so that there is an end to it. */
  size_t slot_of(uint64_t key) const {
    const size_t mask = slots_.size() - 1;
    const uint64_t mixed = (key ^ key >> 32) * 0x9e3779b97f4a7c15u;
    size_t at = static_cast<size_t>(mixed >> 32) & mask;
    while (slots_[at].number != unknown && slots_[at].key != key) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<Slot> before(slots_.empty() ? least : slots_.size() * 4);
    before.swap(slots_);
    for (const Slot& slot : before) {
      if (slot.number != unknown) slots_[slot_of(slot.key)] = slot;
    }
  }

  std::vector<Slot> slots_;
  uint32_t count_ = 0;
};

}  // namespace sysgraph
