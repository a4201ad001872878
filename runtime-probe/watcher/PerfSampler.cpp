//===- PerfSampler.cpp - one sample of running code by perf -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An event of the task clock, which exists without a performance monitoring
// unit, opened for the one sample and closed again: an event that stays open
// costs the target at each context switch.
//
//===----------------------------------------------------------------------===//

#include "watcher/PerfSampler.h"

#include <cerrno>
#include <cstring>
#include <linux/perf_event.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace nostall {
namespace {

// asm/perf_regs.h names them; the kernel writes them in this order.
enum { Ax, Bx, Cx, Dx, Si, Di, Bp, Sp, Ip, R8 = 16, R12 = 20, R15 = 23 };
constexpr uint64_t WantedRegisters = (1u << Bx) | (1u << Bp) | (1u << Sp) |
                                     (1u << Ip) | (0xfu << R12);
constexpr unsigned RegisterCount = 8;
constexpr uint32_t WantedStack = 63 * 1024; // A record's size has 16 bits.
constexpr size_t RingPages = 32;

/// WithKernel: fires in the kernel too, with the registers of user mode; without,
/// a thread that is mostly in the kernel is seldom met. Needs a privilege.
int openEvent(pid_t Tid, bool WithKernel) {
  perf_event_attr A;
  memset(&A, 0, sizeof(A));
  A.size = sizeof(A);
  A.type = PERF_TYPE_SOFTWARE;
  A.config = PERF_COUNT_SW_TASK_CLOCK;
  A.sample_period = 20'000; // ns of CPU time until it fires
  A.sample_type = PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
  A.sample_regs_user = WantedRegisters;
  A.sample_stack_user = WantedStack;
  A.exclude_kernel = !WithKernel;
  A.exclude_hv = 1;
  A.disabled = 1;
  A.watermark = 0;
  A.wakeup_events = 1;
  return static_cast<int>(
      syscall(SYS_perf_event_open, &A, Tid, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

/// Copies from the ring, which wraps.
class RingReader {
  const char *Data;
  size_t Size;
  uint64_t At;

public:
  RingReader(const char *Data, size_t Size, uint64_t At)
      : Data(Data), Size(Size), At(At) {}
  void read(void *Into, size_t Count) {
    auto *Out = static_cast<char *>(Into);
    for (size_t I = 0; I < Count;) {
      size_t From = At % Size;
      size_t Part = std::min(Count - I, Size - From);
      memcpy(Out + I, Data + From, Part);
      I += Part;
      At += Part;
    }
  }
  void skip(uint64_t Count) { At += Count; }
};

std::optional<StackCopy> parse(RingReader &In) {
  uint64_t Abi, Regs[RegisterCount], Size;
  In.read(&Abi, sizeof(Abi));
  if (Abi != PERF_SAMPLE_REGS_ABI_64)
    return std::nullopt;
  In.read(Regs, sizeof(Regs));
  In.read(&Size, sizeof(Size));
  if (Size == 0 || Size > WantedStack)
    return std::nullopt;
  StackCopy Copy;
  // In the order of their numbers: bx bp sp ip r12 r13 r14 r15.
  Copy.At = {Regs[3], Regs[2], Regs[1], Regs[0],
             Regs[4], Regs[5], Regs[6], Regs[7]};
  Copy.Bytes.resize(Size);
  In.read(Copy.Bytes.data(), Size);
  uint64_t Dynamic; // How much of it was really there.
  In.read(&Dynamic, sizeof(Dynamic));
  Copy.Bytes.resize(std::min(Dynamic, Size));
  return Copy;
}

std::optional<StackCopy> readSample(char *Map, size_t DataSize) {
  auto *Page = reinterpret_cast<perf_event_mmap_page *>(Map);
  uint64_t Head = __atomic_load_n(&Page->data_head, __ATOMIC_ACQUIRE);
  const char *Data = Map + getpagesize();
  for (uint64_t At = 0; At < Head;) {
    RingReader In(Data, DataSize, At);
    perf_event_header H;
    In.read(&H, sizeof(H));
    if (H.size < sizeof(H))
      break;
    if (H.type == PERF_RECORD_SAMPLE)
      return parse(In);
    At += H.size;
  }
  return std::nullopt;
}

} // namespace

std::string perfRefusal() {
  int Fd = openEvent(0, false);
  if (Fd < 0)
    return strerror(errno);
  close(Fd);
  return "";
}

static size_t dataSize() {
  return RingPages * static_cast<size_t>(getpagesize());
}
static size_t mapSize() {
  return dataSize() + static_cast<size_t>(getpagesize());
}

PerfSample::PerfSample(pid_t Tid) : Fd(openEvent(Tid, true)) {
  if (Fd < 0)
    Fd = openEvent(Tid, false);
  if (Fd < 0)
    return;
  void *Address =
      mmap(nullptr, mapSize(), PROT_READ | PROT_WRITE, MAP_SHARED, Fd, 0);
  if (Address == MAP_FAILED)
    return;
  Map = Address;
  // One overflow, then the kernel disables it.
  ioctl(Fd, PERF_EVENT_IOC_REFRESH, 1);
}

PerfSample::~PerfSample() {
  if (Map)
    munmap(Map, mapSize());
  if (Fd >= 0)
    close(Fd);
}

std::optional<StackCopy> PerfSample::take(int Milliseconds) {
  if (!Map)
    return std::nullopt;
  pollfd Wait = {Fd, POLLIN, 0};
  if (poll(&Wait, 1, Milliseconds) <= 0)
    return std::nullopt;
  return readSample(static_cast<char *>(Map), dataSize());
}

} // namespace nostall
