# Compile settings shared by all targets, and functions that define them.

add_library(nostall-settings INTERFACE)
target_include_directories(nostall-settings INTERFACE
  ${CMAKE_SOURCE_DIR}/checks ${CMAKE_SOURCE_DIR}/tool)
target_compile_options(nostall-settings INTERFACE
  -Wall -Wextra $<$<BOOL:${NOSTALL_WERROR}>:-Werror>
  -fvisibility=hidden)
target_compile_definitions(nostall-settings INTERFACE
  NOSTALL_VERSION="${PROJECT_VERSION}")
if(NOSTALL_SANITIZE)
  # The shared runtime, because the plugin is loaded by a clang-tidy that is
  # not instrumented; LLVM's own classes have no type information for vptr.
  set(SANITIZE -fsanitize=address,undefined -fno-sanitize=vptr
      -fno-sanitize-recover=all -shared-libsan -fno-omit-frame-pointer)
  target_compile_options(nostall-settings INTERFACE ${SANITIZE})
  target_link_options(nostall-settings INTERFACE ${SANITIZE}
    -Wl,-rpath,${NOSTALL_CLANG_RESOURCE_DIR}/lib/linux)
endif()

# LLVM and Clang headers: not our warnings.
add_library(nostall-llvm-headers INTERFACE)
target_include_directories(nostall-llvm-headers SYSTEM INTERFACE
  ${LLVM_INCLUDE_DIRS} ${CLANG_INCLUDE_DIRS})
target_compile_definitions(nostall-llvm-headers INTERFACE ${LLVM_DEFINITIONS_LIST}
  _GNU_SOURCE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)

# nostall_library(NAME sources... DEPENDS libraries...): a layer's library.
# Objects only: the clang-tidy plugin must not link LLVM, so no target here
# names it; the executables do.
function(nostall_library NAME)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  add_library(${NAME} STATIC ${ARG_UNPARSED_ARGUMENTS})
  # No exception crosses a library's boundary; errors are values.
  target_compile_options(${NAME} PRIVATE -fno-exceptions)
  target_link_libraries(${NAME} PUBLIC
    nostall-settings nostall-llvm-headers ${ARG_DEPENDS})
endfunction()
