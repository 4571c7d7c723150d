#pragma once
#include <array>
#include <string>
#include <string_view>

#include "../gen/tables.h"

// The pure half of the reader of disks: what DeviceIoControl wrote in, columns out.
namespace sysgraph::disk {

/** Reads, writes, bytes read and written, seconds that took: in the order of the columns. */
using Counts = std::array<double, 6>;

/** DISK_PERFORMANCE; false if it is cut. */
bool parse_performance(std::string_view bytes, Counts& counts);

/** DISK_GEOMETRY_EX: bytes of the disk; none if it is cut. */
double parse_size(std::string_view bytes);

/** What a disk says of itself. */
struct Descriptor {
  /** Its maker and what he calls it; empty where it does not say. */
  std::string model;
  double removable = none;
};

/** STORAGE_DEVICE_DESCRIPTOR; nothing of what is cut. */
Descriptor parse_descriptor(std::string_view bytes);

/** DEVICE_SEEK_PENALTY_DESCRIPTOR: 1 if it turns, 0 if not; none if it is cut. */
double parse_seek_penalty(std::string_view bytes);

}  // namespace sysgraph::disk
