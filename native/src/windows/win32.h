#pragma once
// Everything of Windows, in the order in which its headers bear each other. What is included after it is after macros.
#include <winsock2.h>
#include <ws2tcpip.h>
//
#include <windows.h>
//
#include <iphlpapi.h>
#include <powrprof.h>
#include <psapi.h>
#include <sddl.h>
#include <winioctl.h>
#include <wtsapi32.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "error.h"
#include "utf16.h"

namespace sysgraph {

/** Something that is closed when nobody needs it any more. */
template <typename Of, auto close>
class Owned {
 public:
  explicit Owned(Of of = nullptr) : of_(of) {}
  ~Owned() { reset(); }
  Owned(Owned&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    if (this != &other) {
      reset();
      of_ = std::exchange(other.of_, nullptr);
    }
    return *this;
  }

  explicit operator bool() const { return of_ != nullptr && of_ != reinterpret_cast<Of>(intptr_t{-1}); }
  Of get() const { return of_; }
  /** Where a call puts what it opens. */
  Of* into() {
    reset();
    return &of_;
  }

 private:
  void reset() {
    if (*this) close(of_);
    of_ = nullptr;
  }

  Of of_;
};

using Handle = Owned<HANDLE, CloseHandle>;

/** Its last error as the outcome of a read. */
inline ReadStatus last_status() { return status_of_error(GetLastError()); }

inline std::string utf8_of(const wchar_t* text, size_t length) {
  return utf8_of(std::string_view(reinterpret_cast<const char*>(text), length * sizeof(wchar_t)));
}
inline std::string utf8_of(const wchar_t* text) { return text == nullptr ? "" : utf8_of(text, wcslen(text)); }

inline std::wstring wide_of(std::string_view text) {
  const std::u16string units = utf16_of(text);
  return {units.begin(), units.end()};
}

/** 100 nanoseconds since 1601. */
inline double file_time_of(const FILETIME& time) {
  return static_cast<double>(static_cast<uint64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime);
}

}  // namespace sysgraph
