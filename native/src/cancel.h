#pragma once
#include <atomic>
#include <memory>
#include <stdexcept>

namespace sysgraph {

/** Whether the answer is still wanted: set on one thread, looked at on another. */
using CancelFlag = std::shared_ptr<std::atomic<bool>>;

/** Ends a call whose answer nobody wants any more. */
struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("cancelled") {}
};

}  // namespace sysgraph
