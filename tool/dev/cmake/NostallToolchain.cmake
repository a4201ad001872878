# Finds what nostall is built from: LLVM and Clang 19, fmt, CLI11, FlatBuffers,
# xxHash.
# Sets NOSTALL_LLVM_TOOLS (the folder with clang, FileCheck, ...) and
# NOSTALL_CLANG_RESOURCE_DIR.

find_package(LLVM 19.1 REQUIRED CONFIG
  HINTS /usr/lib/llvm-19/lib/cmake/llvm)
find_package(Clang REQUIRED CONFIG
  HINTS ${LLVM_INSTALL_PREFIX}/lib/cmake/clang)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(FlatBuffers CONFIG QUIET)
if(NOT FlatBuffers_FOUND)
  find_package(Flatbuffers REQUIRED CONFIG)
endif()
find_program(FLATC flatc REQUIRED)
# Its header is all that is used.
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
# The system's, which has the Debian packages that the tests use.
if(NOT Python3_EXECUTABLE AND EXISTS /usr/bin/python3)
  set(Python3_EXECUTABLE /usr/bin/python3)
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(NOSTALL_LLVM_TOOLS ${LLVM_TOOLS_BINARY_DIR})
execute_process(
  COMMAND ${LLVM_TOOLS_BINARY_DIR}/clang -print-resource-dir
  OUTPUT_VARIABLE NOSTALL_CLANG_RESOURCE_DIR
  OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
