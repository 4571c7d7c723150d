// Has a hundred things done with patience, one after the other, and says on how many threads that was.
#include "patience.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <iostream>

int main() {
  std::set<long> threads;
  sysgraph::Patience patience(std::chrono::minutes(1));
  const std::function<long(const std::string&)> work = [](const std::string&) { return syscall(SYS_gettid); };
  for (int i = 0; i < 100; i++) threads.insert(patience.each<long>({"a"}, work).front().value());
  std::cout << threads.size() << '\n';
  return 0;
}
