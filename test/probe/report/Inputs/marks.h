// A program under test prints its own stacks, as the watcher would see them:
// one JSON object per line for make_trace.py.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <link.h>
#include <unistd.h>
#include <unwind.h>

namespace marks {

struct Module {
  uintptr_t Address; ///< In: what is looked for.
  char Path[4096];
  uintptr_t Bias;
  const unsigned char *BuildId;
  size_t BuildIdSize;
};

inline void readNotes(const dl_phdr_info &Info, const ElfW(Phdr) & Header,
                      Module &M) {
  const char *At =
      reinterpret_cast<const char *>(Info.dlpi_addr + Header.p_vaddr);
  const char *End = At + Header.p_memsz;
  while (At + sizeof(ElfW(Nhdr)) <= End) {
    ElfW(Nhdr) Note;
    memcpy(&Note, At, sizeof Note);
    const char *Name = At + sizeof Note;
    const char *Content = Name + (Note.n_namesz + 3) / 4 * 4;
    if (Note.n_type == NT_GNU_BUILD_ID && !memcmp(Name, "GNU", 4)) {
      M.BuildId = reinterpret_cast<const unsigned char *>(Content);
      M.BuildIdSize = Note.n_descsz;
      return;
    }
    At = Content + (Note.n_descsz + 3) / 4 * 4;
  }
}

inline int isIn(dl_phdr_info *Info, size_t, void *Data) {
  Module &M = *static_cast<Module *>(Data);
  bool Hit = false;
  for (int I = 0; I < Info->dlpi_phnum; ++I) {
    const ElfW(Phdr) &Header = Info->dlpi_phdr[I];
    uintptr_t Begin = Info->dlpi_addr + Header.p_vaddr;
    Hit |= Header.p_type == PT_LOAD && M.Address >= Begin &&
           M.Address < Begin + Header.p_memsz;
  }
  if (!Hit)
    return 0;
  M.Bias = Info->dlpi_addr;
  snprintf(M.Path, sizeof M.Path, "%s", Info->dlpi_name);
  if (!*M.Path && readlink("/proc/self/exe", M.Path, sizeof M.Path - 1) < 0)
    return 0;
  for (int I = 0; I < Info->dlpi_phnum; ++I)
    if (Info->dlpi_phdr[I].p_type == PT_NOTE)
      readNotes(*Info, Info->dlpi_phdr[I], M);
  return 1;
}

inline _Unwind_Reason_Code printFrame(_Unwind_Context *Context, void *Data) {
  int &Number = *static_cast<int *>(Data);
  int BeforeInstruction = 0;
  uintptr_t Address = _Unwind_GetIPInfo(Context, &BeforeInstruction);
  if (!Address)
    return _URC_END_OF_STACK;
  // The first frame is mark().
  if (Number++ == 0)
    return _URC_NO_REASON;
  Module M = {};
  M.Address = Address;
  dl_iterate_phdr(isIn, &M);
  printf("%s{\"module\": \"%s\", \"build_id\": \"", Number > 2 ? ", " : "",
         M.Path);
  for (size_t I = 0; I < M.BuildIdSize; ++I)
    printf("%02x", M.BuildId[I]);
  printf("\", \"address\": %zu, \"call_site\": %s}", size_t(Address - M.Bias),
         BeforeInstruction ? "false" : "true");
  return _URC_NO_REASON;
}

/// Prints the stack from the caller on.
__attribute__((noinline)) inline void mark(const char *Name) {
  int Number = 0;
  printf("{\"mark\": \"%s\", \"frames\": [", Name);
  _Unwind_Backtrace(printFrame, &Number);
  printf("]}\n");
}

} // namespace marks
