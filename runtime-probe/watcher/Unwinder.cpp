//===- Unwinder.cpp - from a copied stack to frames -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/Unwinder.h"
#include "watcher/PerfMap.h"
#include "watcher/ThreadInfo.h"

#include <algorithm>
#include <cinttypes>
#include <cstring>
#include <elfutils/libdwfl.h>
#include <fstream>
#include <map>
#include <unistd.h>

namespace nostall {
namespace {

constexpr size_t MaxFrames = 256;

/// Debug information is of no use for unwinding, and slow to look for.
int noDebugInfo(Dwfl_Module *, void **, const char *, Dwarf_Addr, const char *,
                const char *, GElf_Word, char **) {
  return -1;
}

const Dwfl_Callbacks ModuleCallbacks = {
    .find_elf = dwfl_linux_proc_find_elf,
    .find_debuginfo = noDebugInfo,
    .section_address = nullptr,
    .debuginfo_path = nullptr,
};

/// Names in the dynamic symbol table, read only for CPython's own modules.
bool isPythonLoop(Dwfl_Module *Module, const std::string &Path, uint64_t Pc) {
  size_t Slash = Path.rfind('/');
  std::string File = Path.substr(Slash == std::string::npos ? 0 : Slash + 1);
  if (!File.starts_with("python3") && !File.starts_with("libpython3"))
    return false;
  const char *Name = dwfl_module_addrname(Module, Pc);
  return Name && strncmp(Name, "_PyEval_EvalFrameDefault", 24) == 0;
}

bool isProbe(const std::string &Path) {
  return Path.find("libnostall-probe.so") != std::string::npos;
}

} // namespace

struct Unwinder::State {
  pid_t Pid;
  Dwfl *Modules = nullptr;
  std::map<Dwfl_Module *, std::shared_ptr<const MappedModule>> Known;
  /// Memory that is no file's, in order.
  std::vector<std::pair<uint64_t, uint64_t>> Anonymous;
  PerfMap Jit;

  // Of the unwinding under way.
  pid_t Tid = 0;
  const StackCopy *Copy = nullptr;
  UnwoundStack Result;

  explicit State(pid_t Pid) : Pid(Pid), Jit(Pid) {}
  ~State() { close(); }

  void close() {
    Known.clear();
    if (Modules)
      dwfl_end(Modules);
    Modules = nullptr;
  }

  bool report() {
    Dwfl *Fresh = dwfl_begin(&ModuleCallbacks);
    if (!Fresh)
      return false;
    // Another user's process does not show its maps. One that was forked from a
    // process that does has the same.
    pid_t From = Pid;
    for (int Tries = 0; Tries < 4 && From > 1; ++Tries) {
      if (access(("/proc/" + std::to_string(From) + "/exe").c_str(), F_OK) ==
              0 &&
          dwfl_linux_proc_report(Fresh, From) == 0) {
        readAnonymous(From);
        break;
      }
      From = parentOf(From);
    }
    dwfl_report_end(Fresh, nullptr, nullptr);
    if (dwfl_getmodules(Fresh, [](Dwfl_Module *, void **, const char *,
                                  Dwarf_Addr, void *) -> int {
          return DWARF_CB_ABORT;
        }, nullptr, 0) == 0) {
      dwfl_end(Fresh); // None: the process is gone. What is known still counts.
      return false;
    }
    close();
    Modules = Fresh;
    return attach();
  }

  bool attach();

  std::shared_ptr<const MappedModule> moduleOf(Dwfl_Module *Module) {
    auto &Entry = Known[Module];
    if (Entry)
      return Entry;
    MappedModule M;
    const char *File = nullptr;
    const char *Name = dwfl_module_info(Module, nullptr, nullptr, nullptr,
                                        nullptr, nullptr, &File, nullptr);
    M.Path = File && *File ? File : Name ? Name : "";
    if (M.Path.starts_with("[vdso"))
      M.Path = "[vdso]"; // libdw adds the pid.
    const unsigned char *Bits;
    GElf_Addr At, Bias;
    dwfl_module_getelf(Module, &Bias); // Else the build-id is not read.
    int Size = dwfl_module_build_id(Module, &Bits, &At);
    if (Size > 0)
      M.BuildId.assign(reinterpret_cast<const char *>(Bits),
                       static_cast<size_t>(Size));
    return Entry = std::make_shared<MappedModule>(std::move(M));
  }

  /// False when the address is in no module.
  bool addFrame(uint64_t Pc, bool IsCallSite) {
    UnwoundFrame F;
    F.IsCallSite = IsCallSite;
    uint64_t Lookup = IsCallSite ? Pc - 1 : Pc;
    Dwfl_Module *Module = moduleAt(Lookup);
    if (Module) {
      F.Module = moduleOf(Module);
      GElf_Addr Bias = 0;
      dwfl_module_getelf(Module, &Bias);
      F.Address = Pc - Bias;
      if (isProbe(F.Module->Path))
        return true;
      // No file to look it up in later.
      if (F.Module->Path.starts_with("["))
        if (const char *Name = dwfl_module_addrname(Module, Lookup))
          F.Function = Name;
      F.IsPythonLoop = isPythonLoop(Module, F.Module->Path, Lookup);
    } else {
      F.Address = Pc;
      F.Function = Jit.find(Lookup);
    }
    Result.Frames.push_back(std::move(F));
    return Module != nullptr;
  }

  /// libdw takes what lies between a file's first and last mapping for that
  /// file's: a JIT compiler's code too, when a program has mapped itself twice.
  Dwfl_Module *moduleAt(uint64_t Address) {
    auto After = std::upper_bound(
        Anonymous.begin(), Anonymous.end(), Address,
        [](uint64_t A, const auto &Range) { return A < Range.first; });
    if (After != Anonymous.begin() && Address < std::prev(After)->second)
      return nullptr;
    return dwfl_addrmodule(Modules, Address);
  }

  void readAnonymous(pid_t From) {
    Anonymous.clear();
    std::ifstream Maps("/proc/" + std::to_string(From) + "/maps");
    for (std::string Line; std::getline(Maps, Line);) {
      uint64_t Begin, End;
      int Rest = 0;
      if (sscanf(Line.c_str(), "%" SCNx64 "-%" SCNx64 " %*s %*s %*s %*s %n",
                 &Begin, &End, &Rest) == 2 &&
          (!Rest || static_cast<size_t>(Rest) >= Line.size()))
        Anonymous.emplace_back(Begin, End);
    }
  }

  bool readWord(uint64_t Address, uint64_t &Word) {
    uint64_t Sp = Copy->At.Sp;
    if (Address >= Sp && Address - Sp + sizeof(Word) <= Copy->Bytes.size()) {
      memcpy(&Word, Copy->Bytes.data() + (Address - Sp), sizeof(Word));
      return true;
    }
    return Copy->MayReadMore &&
           readMemory(Pid, Address, &Word, sizeof(Word)) == sizeof(Word);
  }

  bool setRegisters(Dwfl_Thread *Thread) {
    const wire::Registers &R = Copy->At;
    // DWARF's numbers: 3 rbx, 6 rbp, 7 rsp, 12 to 15 r12 to r15.
    if (Copy->AllRegisters) {
      Dwarf_Word Bx = R.Bx, High[] = {R.R12, R.R13, R.R14, R.R15};
      Dwarf_Word Frame[] = {R.Bp, R.Sp};
      if (!dwfl_thread_state_registers(Thread, 3, 1, &Bx) ||
          !dwfl_thread_state_registers(Thread, 6, 2, Frame) ||
          !dwfl_thread_state_registers(Thread, 12, 4, High))
        return false;
    } else {
      Dwarf_Word Sp = R.Sp;
      if (!dwfl_thread_state_registers(Thread, 7, 1, &Sp))
        return false;
    }
    dwfl_thread_state_register_pc(Thread, R.Ip);
    return true;
  }
};

bool Unwinder::State::attach() {
  static const Dwfl_Thread_Callbacks Callbacks = {
      .next_thread = [](Dwfl *, void *Argument, void **ThreadArgument) -> pid_t {
        auto *S = static_cast<State *>(Argument);
        if (*ThreadArgument)
          return 0;
        *ThreadArgument = S;
        return S->Tid;
      },
      .get_thread = [](Dwfl *, pid_t, void *Argument,
                       void **ThreadArgument) -> bool {
        *ThreadArgument = Argument;
        return true;
      },
      .memory_read = [](Dwfl *, Dwarf_Addr Address, Dwarf_Word *Result,
                        void *Argument) -> bool {
        uint64_t Word;
        if (!static_cast<State *>(Argument)->readWord(Address, Word))
          return false;
        *Result = Word;
        return true;
      },
      .set_initial_registers = [](Dwfl_Thread *Thread, void *Argument) -> bool {
        return static_cast<State *>(Argument)->setRegisters(Thread);
      },
      .detach = nullptr,
      .thread_detach = nullptr,
  };
  return dwfl_attach_state(Modules, nullptr, Pid, &Callbacks, this);
}

Unwinder::Unwinder(pid_t Pid) : S(std::make_unique<State>(Pid)) {}
Unwinder::~Unwinder() = default;
Unwinder::Unwinder(Unwinder &&) noexcept = default;
Unwinder &Unwinder::operator=(Unwinder &&) noexcept = default;

void Unwinder::prepare() {
  if (!S->Modules)
    S->report();
}

UnwoundStack Unwinder::caller(uint64_t ReturnAddress) {
  prepare();
  S->Result = UnwoundStack();
  S->Result.Truncated = true;
  if (!S->Modules || !S->addFrame(ReturnAddress, /*IsCallSite=*/true))
    S->Result.Frames.clear();
  return std::move(S->Result);
}

UnwoundStack Unwinder::unwind(pid_t Tid, const StackCopy &Copy) {
  S->Tid = Tid;
  S->Copy = &Copy;
  prepare();
  // A second try with the modules read anew: a library may have been opened.
  for (int Try = 0; Try < 2; ++Try) {
    S->Result = UnwoundStack();
    if (!S->Modules)
      break;
    bool AllKnown = true;
    struct Walk {
      State *S;
      bool *AllKnown;
    } W = {S.get(), &AllKnown};
    int Status = dwfl_getthread_frames(
        S->Modules, Tid,
        [](Dwfl_Frame *Frame, void *Argument) -> int {
          auto *W = static_cast<Walk *>(Argument);
          Dwarf_Addr Pc;
          bool IsActivation;
          if (!dwfl_frame_pc(Frame, &Pc, &IsActivation))
            return DWARF_CB_ABORT;
          if (!W->S->addFrame(Pc, !IsActivation) &&
              W->S->Result.Frames.back().Function.empty())
            *W->AllKnown = false;
          return W->S->Result.Frames.size() < MaxFrames ? DWARF_CB_OK
                                                        : DWARF_CB_ABORT;
        },
        &W);
    S->Result.Truncated = Status != 0;
    if (AllKnown || !S->report())
      break;
  }
  S->Copy = nullptr;
  return std::move(S->Result);
}

} // namespace nostall
