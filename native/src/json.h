#pragma once
#include <string>
#include <string_view>

// Values as JSON.stringify of JavaScript writes them.
namespace sysgraph {

/** False for what JavaScript writes in another way. */
bool write_number(std::string& out, double value);

/** Milliseconds since the epoch as a DateTime; false for what is long ago or far away. */
bool write_time(std::string& out, double value);

void write_text(std::string& out, std::string_view text);

/** A list of texts, of which each ends with a NUL. */
void write_texts(std::string& out, std::string_view items);

}  // namespace sysgraph
