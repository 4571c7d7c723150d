// What is done with patience: on how many threads a hundred things one after the other (`reuse`), what is heard of one
// that throws (`throw`), and how many of three that take long are done where no second thread is to be had (`alone`).
#include "patience.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <iostream>

using sysgraph::Patience;
using Work = std::function<long(const std::string&)>;

static void reuse(Patience& patience) {
  std::set<long> threads;
  const Work work = [](const std::string&) { return syscall(SYS_gettid); };
  for (int i = 0; i < 100; i++) threads.insert(patience.each<long>({"a"}, work).front().value());
  std::cout << threads.size() << '\n';
}

static void hear(Patience& patience) {
  const Work work = [](const std::string& key) { return static_cast<long>(key.at(1)); };
  try {
    patience.each<long>({"ab", "a", "ac"}, work);
  } catch (const std::out_of_range&) {
    std::cout << "out of range\n";
  }
}

static void alone(Patience& patience) {
  // Of the user who asks, since for root there is always one.
  const auto forbid = [] {
    const rlimit none{0, 0};
    return setuid(54321) == 0 && setrlimit(RLIMIT_NPROC, &none) == 0;
  };
  const Work work = [&forbid](const std::string& key) -> long {
    if (key == "first" && !forbid()) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return 1;
  };
  long done = 0;
  for (const auto& each : patience.each<long>({"first", "second", "third"}, work)) done += each.value();
  std::cout << done << '\n';
}

int main(int, char** arguments) {
  const std::string what = arguments[1];
  Patience patience(std::chrono::minutes(1));
  what == "reuse" ? reuse(patience) : what == "throw" ? hear(patience) : alone(patience);
  return 0;
}
