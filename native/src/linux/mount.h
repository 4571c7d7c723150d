#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// The pure half of the readers of mounted file systems.
namespace sysgraph::mount {

/** A line of mountinfo. */
struct Place {
  double id = none;
  double parent = none;
  double device_number = none;
  /** What of the file system is mounted: its root, or a directory or file of it. */
  std::string root;
  std::string mountpoint;
  std::string fstype;
  std::string device;
  /** Each ended by a NUL, those of the file system after those of the place. */
  std::string options;
  bool is_real = false;
  bool is_duplicate = false;
  bool is_reachable = false;
  /** False where asking it cannot wait for another host, a program, or anything but this kernel. */
  bool may_hang = true;

  /** What people put files on, each once. */
  bool is_worth_showing() const { return is_real && is_reachable && !is_duplicate; }
};

/** /proc/PID/mountinfo. A line that makes no sense is left out; false if nothing else is there. */
bool parse_mountinfo(std::string_view text, std::vector<Place>& places);

/** Says of each place whether it is real, reachable, a duplicate, or may hang, given /proc/filesystems or nothing. */
void judge(std::vector<Place>& places, std::string_view filesystems);

/** Whether users are shown no processes but their own by what is mounted at `proc`, given mountinfo. */
bool hides_processes(std::string_view mountinfo, const std::string& proc);

/** The place that a path without links leads to, as the kernel would walk it; null if there is none. */
const Place* place_of(const std::vector<Place>& places, std::string_view path);

/**
 * What was made of the text that was read last: it is asked for every second, and seldom another one. What kind a
 * mounted file system is cannot change, so that it need not be asked again either.
 */
class LastPlaces {
 public:
  using Places = std::shared_ptr<const std::vector<Place>>;

  /** The places of a text, judged; null if it has none. What `filesystems` gives may stand where the text stood. */
  Places of(std::string_view text, const std::function<std::string_view()>& filesystems);

 private:
  std::mutex mutex_;
  std::string text_;
  Places places_;
};

/** A path without what is empty, "." or "..", by its letters alone. */
std::string plain_path(std::string_view path);

}  // namespace sysgraph::mount
