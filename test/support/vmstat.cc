// Says how many bytes were swapped in and out: told the bytes of a page, and /proc/vmstat on its standard input.
#include <iostream>
#include <iterator>
#include <string>

#include "linux/memory.h"

int main(int, char** arguments) {
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  sysgraph::system::Vmstat row;
  if (!sysgraph::system::parse_vmstat(text, std::stod(arguments[1]), row)) return 1;
  std::cout << row.swap_swapped_in << ' ' << row.swap_swapped_out << '\n';
  return 0;
}
