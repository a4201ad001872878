//===- check_layout.cpp - Layout311.h against CPython's headers -----------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A test that passes by being compiled; needs libpython3.11-dev.
//
//===----------------------------------------------------------------------===//

#define Py_BUILD_CORE 1
#include <Python.h>
// C's atomics, which C++20 does not have; the layout is the same without.
#undef HAVE_STD_ATOMIC
#include <internal/pycore_frame.h>
#include <internal/pycore_runtime.h>

#include <cstddef>

#include "watcher/python/Layout311.h"

using namespace nostall::layout311;

static_assert(PY_VERSION_HEX >> 16 == 0x030B);

#define SAME_OFFSET(Constant, Struct, Field)                                   \
  static_assert((Constant) == offsetof(Struct, Field))

SAME_OFFSET(ObjectCount, PyObject, ob_refcnt);
SAME_OFFSET(ObjectType, PyObject, ob_type);
SAME_OFFSET(ObjectSize, PyVarObject, ob_size);
SAME_OFFSET(TypeName, PyTypeObject, tp_name);

SAME_OFFSET(RuntimeInterpretersHead, _PyRuntimeState, interpreters.head);

SAME_OFFSET(InterpreterNext, PyInterpreterState, next);
SAME_OFFSET(InterpreterThreadsHead, PyInterpreterState, threads.head);
static_assert(InterpreterRead == InterpreterThreadsHead + sizeof(void *));

SAME_OFFSET(ThreadPrevious, PyThreadState, prev);
SAME_OFFSET(ThreadNext, PyThreadState, next);
SAME_OFFSET(ThreadInterpreter, PyThreadState, interp);
SAME_OFFSET(ThreadTracing, PyThreadState, tracing);
SAME_OFFSET(ThreadCFrame, PyThreadState, cframe);
SAME_OFFSET(ThreadNativeId, PyThreadState, native_thread_id);
static_assert(ThreadRead == ThreadNativeId + sizeof(unsigned long));

SAME_OFFSET(CFrameUseTracing, _PyCFrame, use_tracing);
SAME_OFFSET(CFrameCurrentFrame, _PyCFrame, current_frame);

SAME_OFFSET(FrameCode, _PyInterpreterFrame, f_code);
SAME_OFFSET(FramePrevious, _PyInterpreterFrame, previous);
SAME_OFFSET(FramePrevInstruction, _PyInterpreterFrame, prev_instr);
SAME_OFFSET(FrameStackTop, _PyInterpreterFrame, stacktop);
SAME_OFFSET(FrameIsEntry, _PyInterpreterFrame, is_entry);
SAME_OFFSET(FrameOwner, _PyInterpreterFrame, owner);
SAME_OFFSET(FrameRead, _PyInterpreterFrame, localsplus);
static_assert(OwnedByGenerator == FRAME_OWNED_BY_GENERATOR);
static_assert(MaxFrameOwner == FRAME_OWNED_BY_FRAME_OBJECT);

static_assert(GeneratorStateBeforeFrame ==
              offsetof(PyGenObject, gi_iframe) -
                  offsetof(PyGenObject, gi_frame_state));
static_assert(GeneratorExecuting == FRAME_EXECUTING);

SAME_OFFSET(CodeFirstLine, PyCodeObject, co_firstlineno);
SAME_OFFSET(CodeFileName, PyCodeObject, co_filename);
SAME_OFFSET(CodeQualName, PyCodeObject, co_qualname);
SAME_OFFSET(CodeLineTable, PyCodeObject, co_linetable);
SAME_OFFSET(CodeAdaptive, PyCodeObject, co_code_adaptive);
static_assert(CodeUnitSize == sizeof(_Py_CODEUNIT));

SAME_OFFSET(StringLength, PyASCIIObject, length);
SAME_OFFSET(StringState, PyASCIIObject, state);
static_assert(StringAsciiData == sizeof(PyASCIIObject));
static_assert(StringCompactData == sizeof(PyCompactUnicodeObject));

SAME_OFFSET(BytesData, PyBytesObject, ob_sval);

int main() {
  // A bit-field has no offset: see where each bit of the state falls.
  PyASCIIObject String{};
  unsigned char *Bytes = reinterpret_cast<unsigned char *>(&String);
  String.state.kind = PyUnicode_4BYTE_KIND;
  String.state.ascii = 1;
  const bool IsSame = Bytes[StringState] == (4 << 2 | 1 << 6);
  String.state.compact = 1;
  String.state.ready = 1;
  return IsSame && Bytes[StringState] == (4 << 2 | 1 << 5 | 1 << 6 | 1 << 7)
             ? 0
             : 1;
}
