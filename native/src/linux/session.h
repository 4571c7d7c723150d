#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "../gen/tables.h"

// Who is logged in, by the records of utmp.
namespace sysgraph::session {

/** Somebody who is logged in. The texts are those of the records. */
struct Login {
  std::string_view user;
  std::string_view terminal;
  std::string host;
  double started_at = none;
  double pid = none;
};

/**
 * Gives the sessions among the records of a utmp file to `take`. A record that was not written to its end, as the last
 * one may be, is none.
 */
void parse_utmp(std::string_view records, const std::function<void(const Login&)>& take);

/** Where somebody comes from, by what is written in its place; empty for a display of the host itself. */
std::string_view remote_of(std::string_view host);

}  // namespace sysgraph::session
