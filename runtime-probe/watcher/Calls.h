//===- Calls.h - names of the interposed calls ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>

namespace nostall {

struct InterposedCall {
  const char *Name;
  const char *Category; ///< As in the knowledge files: "file", "lock", ...
};

/// In the order of Calls.def.
inline constexpr InterposedCall InterposedCalls[] = {
#define NOSTALL_CALL(NAME, CATEGORY, RESUME, RETURN, PARAMS, ARGS)             \
  {#NAME, #CATEGORY},
#define NOSTALL_OWN(NAME, CATEGORY) {#NAME, #CATEGORY},
#define NOSTALL_ALIAS(SYMBOL, NAME, RETURN, PARAMS, ARGS)
#include "probe/Calls.def"
#undef NOSTALL_CALL
#undef NOSTALL_OWN
#undef NOSTALL_ALIAS
};
inline constexpr uint32_t InterposedCallCount =
    sizeof(InterposedCalls) / sizeof(InterposedCalls[0]);

/// By the number in the shared memory (index plus one); null for none.
inline const InterposedCall *interposedCall(uint32_t Number) {
  return Number && Number <= InterposedCallCount ? &InterposedCalls[Number - 1]
                                                 : nullptr;
}

} // namespace nostall
