//===- Layout311.h - where CPython 3.11 keeps things ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The structures of the interpreter are private and change with every minor
// version; within 3.11.x they are fixed. The offsets are those of a 64-bit
// build, and the same on every such architecture: the fields before them are
// pointers and ints. Each line names the structure and its header, below
// /usr/include/python3.11 (libpython3.11-dev); test/probe/python/check_layout
// compares them with these headers.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstddef>
#include <cstdint>

namespace nostall::layout311 {

// PyObject, PyVarObject: object.h. PyTypeObject: cpython/object.h.
inline constexpr size_t ObjectCount = 0; ///< Of references.
inline constexpr size_t ObjectType = 8;
inline constexpr size_t ObjectSize = 16;
inline constexpr size_t TypeName = 24;

// _PyRuntimeState: internal/pycore_runtime.h.
inline constexpr size_t RuntimeInterpretersHead = 40;

// PyInterpreterState (struct _is): internal/pycore_interp.h.
inline constexpr size_t InterpreterNext = 0;
inline constexpr size_t InterpreterThreadsHead = 16;
inline constexpr size_t InterpreterRead = 24; ///< Bytes up to there.

// PyThreadState (struct _ts): cpython/pystate.h.
inline constexpr size_t ThreadPrevious = 0;
inline constexpr size_t ThreadNext = 8;
inline constexpr size_t ThreadInterpreter = 16;
inline constexpr size_t ThreadTracing = 44; ///< An int.
inline constexpr size_t ThreadCFrame = 56;
inline constexpr size_t ThreadNativeId = 160;
inline constexpr size_t ThreadRead = 168;

// _PyCFrame: cpython/pystate.h.
inline constexpr size_t CFrameUseTracing = 0; ///< A byte.
inline constexpr size_t CFrameCurrentFrame = 8;
inline constexpr size_t CFrameRead = 16;

// _PyInterpreterFrame: internal/pycore_frame.h.
inline constexpr size_t FrameCode = 32;
inline constexpr size_t FramePrevious = 48;
inline constexpr size_t FramePrevInstruction = 56;
inline constexpr size_t FrameStackTop = 64; ///< An int; -1: in registers.
inline constexpr size_t FrameIsEntry = 68;
inline constexpr size_t FrameOwner = 69;
inline constexpr size_t FrameRead = 72;
inline constexpr uint8_t OwnedByGenerator = 1;
inline constexpr uint8_t MaxFrameOwner = 2; ///< FRAME_OWNED_BY_FRAME_OBJECT

// PyGenObject: cpython/genobject.h; also a coroutine. It ends with the frame.
inline constexpr size_t GeneratorStateBeforeFrame = 5;
inline constexpr int8_t GeneratorExecuting = 0; ///< FRAME_EXECUTING

// PyCodeObject: cpython/code.h. Its ob_size counts code units of 2 bytes.
inline constexpr size_t CodeFirstLine = 72;
inline constexpr size_t CodeFileName = 112;
inline constexpr size_t CodeQualName = 128;
inline constexpr size_t CodeLineTable = 136;
inline constexpr size_t CodeAdaptive = 184; ///< The first instruction.
inline constexpr size_t CodeUnitSize = 2;

// PyASCIIObject, PyCompactUnicodeObject: cpython/unicodeobject.h. The state is
// a bit-field: interned 2 bits, kind 3, compact 1, ascii 1, ready 1.
inline constexpr size_t StringLength = 16;
inline constexpr size_t StringState = 32;
inline constexpr size_t StringAsciiData = 48;   ///< sizeof(PyASCIIObject)
inline constexpr size_t StringCompactData = 72; ///< sizeof(PyCompactUnico...)

// PyBytesObject: cpython/bytesobject.h.
inline constexpr size_t BytesData = 32;

} // namespace nostall::layout311
