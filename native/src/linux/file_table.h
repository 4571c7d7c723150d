#pragma once
#include <cstdint>
#include <vector>

namespace sysgraph {

/**
 * Of these processes those whose table of descriptors no other one of `all` has: whoever shares it changes it for them
 * too, while they rest. Whom this process may not look at has no part in that: to share with one that it may look at,
 * it would have had to become somebody else without beginning a program. Nobody is alone where the kernel does not
 * tell.
 */
std::vector<int32_t> with_own_files(const std::vector<int32_t>& pids, const std::vector<int32_t>& all);

}  // namespace sysgraph
