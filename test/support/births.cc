// Says how many processes and threads were born, by the /proc/stat on its standard input.
#include <iostream>
#include <iterator>
#include <string>

#include "linux/listing.h"

int main() {
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  std::cout << sysgraph::parse_births(text) << '\n';
  return 0;
}
