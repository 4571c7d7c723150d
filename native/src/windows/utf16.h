#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace sysgraph {

/** UTF-16 as bytes, little end first, as UTF-8. Half a pair stays to be seen, as \udc00; an odd last byte is dropped.
 */
std::string utf8_of(std::string_view bytes);

/** UTF-8 as UTF-16; what is no UTF-8 becomes U+FFFD. */
std::u16string utf16_of(std::string_view text);

}  // namespace sysgraph
