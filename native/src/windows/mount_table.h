#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The pure half of the reader of file systems: names in, names out.
namespace sysgraph::mount {

/** The roots of drives as GetLogicalDriveStringsW lists them: UTF-16, each with a NUL behind it, and one more. */
std::vector<std::string> split_drives(std::string_view bytes);

/** What GetVolumeInformationW and GetDriveTypeW tell of a volume, as options, each of which ends with a NUL. */
std::string options_text(bool is_known, uint32_t flags, uint32_t type);

/** The place that a path lies in: the innermost, whatever its letters and strokes are; -1 if it lies in none. */
int place_of(const std::string& path, const std::vector<std::string>& places);

}  // namespace sysgraph::mount
