# nostall_enable(TARGET... [TIDY] [OPTIONS ARGUMENT...])
#
# Adds for each TARGET, a program or library of this build, the target
#   nostall-TARGET   `nostall check` on its sources, and on those of the
#                    libraries of this build that it links
# and once, for all of them together,
#   nostall          `nostall check` on the sources of all
#
# OPTIONS are passed to `nostall check`: --baseline FILE, --fail-on none,
# --report sarif=FILE. Those of several calls add up for `nostall`.
# TIDY runs the checks as a part of clang-tidy 19 as well, in each compilation;
# there they see one file at a time.
#
# The targets are built first, since the check reads generated headers.
# Needs a Makefile or Ninja generator.

include_guard(GLOBAL)

function(nostall_enable)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "TIDY" "" "OPTIONS")
  if(NOT ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nostall_enable: no target")
  endif()
  if(NOT CMAKE_GENERATOR MATCHES "Makefiles|Ninja")
    message(FATAL_ERROR "nostall_enable: ${CMAKE_GENERATOR} writes no "
                        "compile_commands.json; take Ninja or Makefiles")
  endif()
  if(NOT TARGET nostall)
    add_custom_target(nostall
      COMMAND nostall::nostall check -p "${CMAKE_BINARY_DIR}"
              "$<TARGET_PROPERTY:nostall,NOSTALL_OPTIONS>"
              "$<TARGET_PROPERTY:nostall,NOSTALL_SOURCES>"
      WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
      COMMAND_EXPAND_LISTS VERBATIM USES_TERMINAL
      COMMENT "Looking for what stalls event loops")
    # When all targets and what they link are known.
    cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _nostall_finish)
  endif()
  set_property(TARGET nostall APPEND PROPERTY NOSTALL_OPTIONS ${ARG_OPTIONS})
  foreach(TARGET IN LISTS ARG_UNPARSED_ARGUMENTS)
    if(NOT TARGET ${TARGET})
      message(FATAL_ERROR "nostall_enable: there is no target ${TARGET}")
    endif()
    add_custom_target(nostall-${TARGET}
      COMMAND nostall::nostall check -p "${CMAKE_BINARY_DIR}"
              ${ARG_OPTIONS}
              "$<TARGET_PROPERTY:nostall-${TARGET},NOSTALL_SOURCES>"
      WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
      COMMAND_EXPAND_LISTS VERBATIM USES_TERMINAL
      COMMENT "Looking for what stalls the event loops of ${TARGET}")
    add_dependencies(nostall-${TARGET} ${TARGET})
    add_dependencies(nostall ${TARGET})
    set_property(GLOBAL APPEND PROPERTY NOSTALL_TARGETS ${TARGET})
    if(ARG_TIDY)
      _nostall_tidy(${TARGET})
    endif()
  endforeach()
endfunction()

# As CMAKE_CXX_CLANG_TIDY would, besides what the target has of it.
function(_nostall_tidy TARGET)
  find_program(NOSTALL_CLANG_TIDY NAMES clang-tidy-19 REQUIRED
    DOC "The clang-tidy that loads nostall's plugin; version 19")
  get_target_property(HAS ${TARGET} CXX_CLANG_TIDY)
  if(HAS)
    message(FATAL_ERROR
      "nostall_enable: ${TARGET} has CXX_CLANG_TIDY already; add to it: "
      "-load ${nostall_TIDY_PLUGIN} -checks=...,nostall-*")
  endif()
  set_target_properties(${TARGET} PROPERTIES CXX_CLANG_TIDY
    "${NOSTALL_CLANG_TIDY};-load;${nostall_TIDY_PLUGIN};-checks=-*,nostall-*")
endfunction()

# The targets of this build that TARGET is made of, itself included.
function(_nostall_closure TARGET OUT)
  set(FOUND)
  set(WORK ${TARGET})
  while(WORK)
    list(POP_FRONT WORK NEXT)
    if(NOT TARGET ${NEXT})
      continue()
    endif()
    get_target_property(REAL ${NEXT} ALIASED_TARGET)
    if(REAL)
      set(NEXT ${REAL})
    endif()
    get_target_property(IMPORTED ${NEXT} IMPORTED)
    if(IMPORTED OR NEXT IN_LIST FOUND)
      continue()
    endif()
    list(APPEND FOUND ${NEXT})
    get_target_property(TYPE ${NEXT} TYPE)
    if(NOT TYPE STREQUAL "INTERFACE_LIBRARY")
      get_target_property(LINKED ${NEXT} LINK_LIBRARIES)
      if(LINKED)
        list(APPEND WORK ${LINKED})
      endif()
    endif()
    get_target_property(LINKED ${NEXT} INTERFACE_LINK_LIBRARIES)
    if(LINKED)
      # A private dependency of a static library is "$<LINK_ONLY:name>".
      string(REGEX REPLACE "\\$<LINK_ONLY:([^>]*)>" "\\1" LINKED "${LINKED}")
      list(APPEND WORK ${LINKED})
    endif()
  endwhile()
  set(${OUT} ${FOUND} PARENT_SCOPE)
endfunction()

# C and C++ sources of TARGET, absolute.
function(_nostall_sources TARGET OUT)
  set(FOUND)
  get_target_property(SOURCES ${TARGET} SOURCES)
  get_target_property(FOLDER ${TARGET} SOURCE_DIR)
  get_target_property(BINARY ${TARGET} BINARY_DIR)
  foreach(SOURCE IN LISTS SOURCES)
    if(NOT SOURCE MATCHES "\\.(c|cc|cpp|cxx|c\\+\\+|C)$")
      continue()
    endif()
    cmake_path(ABSOLUTE_PATH SOURCE BASE_DIRECTORY "${FOLDER}" NORMALIZE
               OUTPUT_VARIABLE FULL)
    if(NOT EXISTS "${FULL}")
      # Generated: it stands in the build, if it stands anywhere.
      cmake_path(ABSOLUTE_PATH SOURCE BASE_DIRECTORY "${BINARY}" NORMALIZE
                 OUTPUT_VARIABLE FULL)
    endif()
    list(APPEND FOUND "${FULL}")
  endforeach()
  set(${OUT} ${FOUND} PARENT_SCOPE)
endfunction()

function(_nostall_finish)
  get_property(TARGETS GLOBAL PROPERTY NOSTALL_TARGETS)
  set(ALL)
  foreach(TARGET IN LISTS TARGETS)
    set(SOURCES)
    _nostall_closure(${TARGET} PARTS)
    foreach(PART IN LISTS PARTS)
      set_target_properties(${PART} PROPERTIES EXPORT_COMPILE_COMMANDS ON)
      _nostall_sources(${PART} MORE)
      list(APPEND SOURCES ${MORE})
    endforeach()
    list(REMOVE_DUPLICATES SOURCES)
    set_property(TARGET nostall-${TARGET} PROPERTY NOSTALL_SOURCES ${SOURCES})
    list(APPEND ALL ${SOURCES})
  endforeach()
  list(REMOVE_DUPLICATES ALL)
  set_property(TARGET nostall PROPERTY NOSTALL_SOURCES ${ALL})
endfunction()
