#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "../rows.h"

// What a process keeps of how it was started, in its own memory. The pure half: bytes in, text out.
namespace sysgraph::peb {

/** Where things are in the process environment block and what it leads to, in bytes. */
struct Layout {
  size_t pointer;
  /** In the block itself. */
  size_t parameters;
  /** In the parameters. */
  size_t folder;
  size_t command_line;
  size_t environment;
  size_t parameters_size;
};

constexpr Layout layout64{8, 0x20, 0x38, 0x70, 0x80, 0x88};
/** Of a 32-bit process on 64-bit Windows. */
constexpr Layout layout32{4, 0x10, 0x24, 0x40, 0x48, 0x4c};

/** A UNICODE_STRING of another process: so many bytes, there. */
struct Text {
  uint64_t address = 0;
  size_t length = 0;
};

/** A pointer, of as many bytes as the process has. */
uint64_t pointer_at(std::string_view bytes, const Layout& layout, size_t at);
Text text_at(std::string_view bytes, const Layout& layout, size_t at);

/** Reads the memory of a process: so many bytes, as zeros where they cannot be read. */
using Read = std::function<std::string(uint64_t address, size_t length)>;

/** Where a process keeps how it was started. */
struct Parameters {
  Text command_line;
  Text folder;
  uint64_t environment = 0;
};
Parameters find_parameters(uint64_t block, const Layout& layout, const Read& read);

/** A command line as CommandLineToArgvW splits it: UTF-16 in, arguments that each end with a NUL out. */
std::string split_arguments(std::string_view bytes);

struct Variable {
  std::string name;
  std::string value;
};

/** The block of an environment: UTF-16 in. What begins with = is for the shell, and left out. */
std::vector<Variable> split_environment(std::string_view bytes);

/** A folder as people write it: without the stroke at its end, unless it is the root of a drive. */
std::string folder_text(std::string_view bytes);

}  // namespace sysgraph::peb
