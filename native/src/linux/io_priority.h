// What the kernel says of I/O priorities (ioprio_set(2)). Its own header is not used: newer ones name a parameter
// `class`, which is no C++.
#pragma once

namespace sysgraph {

constexpr int kIoClassNone = 0;
constexpr int kIoClassRealTime = 1;
constexpr int kIoClassBestEffort = 2;
constexpr int kIoClassIdle = 3;

constexpr int kIoClassShift = 13;
constexpr int kIoLevels = 8;
constexpr int kIoLevelNormal = 4;
constexpr int kIoWhoProcess = 1;

}  // namespace sysgraph
