#pragma once
#include <string>
#include <string_view>

// Sets of CPUs, of any size, as the kernel lists them: 0-3,8.
namespace sysgraph {

/** Whether a text is such a list: each CPU once, in their order, and no more than any machine could have. */
bool is_cpu_list(std::string_view text);

/** The list of a set: CPU n is bit n % 64 of word n / 64. */
std::string cpu_list(const unsigned long* words, size_t count);

}  // namespace sysgraph
