#include <csignal>

#include "../parse.h"
#include "signals.h"

namespace sysgraph {
namespace {

struct Signal {
  int number;
  std::string_view name;
};

constexpr Signal signals[] = {
    {SIGHUP, "SIGHUP"},       {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"},   {SIGILL, "SIGILL"},
    {SIGTRAP, "SIGTRAP"},     {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},     {SIGFPE, "SIGFPE"},
    {SIGKILL, "SIGKILL"},     {SIGUSR1, "SIGUSR1"}, {SIGSEGV, "SIGSEGV"},   {SIGUSR2, "SIGUSR2"},
    {SIGPIPE, "SIGPIPE"},     {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"},   {SIGSTKFLT, "SIGSTKFLT"},
    {SIGCHLD, "SIGCHLD"},     {SIGCONT, "SIGCONT"}, {SIGSTOP, "SIGSTOP"},   {SIGTSTP, "SIGTSTP"},
    {SIGTTIN, "SIGTTIN"},     {SIGTTOU, "SIGTTOU"}, {SIGURG, "SIGURG"},     {SIGXCPU, "SIGXCPU"},
    {SIGXFSZ, "SIGXFSZ"},     {SIGPROF, "SIGPROF"}, {SIGWINCH, "SIGWINCH"}, {SIGIO, "SIGIO"},
    {SIGVTALRM, "SIGVTALRM"}, {SIGPWR, "SIGPWR"},   {SIGSYS, "SIGSYS"},
};

constexpr std::string_view real_time = "SIGRTMIN";
// The C library keeps the first two of the kernel's 32 for itself.
constexpr int first_real_time = 34;
constexpr int last_signal = 64;

}  // namespace

std::string signal_name(int number) {
  for (const Signal& signal : signals) {
    if (signal.number == number) return std::string(signal.name);
  }
  if (number == first_real_time) return std::string(real_time);
  if (number > first_real_time && number <= last_signal)
    return std::string(real_time) + '+' + std::to_string(number - first_real_time);
  return std::to_string(number);
}

int signal_number(std::string_view name) {
  const std::string whole = starts_with(name, "SIG") ? std::string(name) : "SIG" + std::string(name);
  for (int number = 1; number <= last_signal; number++) {
    if (signal_name(number) == whole) return number;
  }
  return 0;
}

}  // namespace sysgraph
