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
# Needs a Makefile or Ninja generator. With Ninja (one configuration) the work is
# Ninja's: a summary for each source, a link, and the check, of which only what
# has changed is done again (docs/distribution.md).

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
      COMMAND nostall::nostall check
              "$<TARGET_PROPERTY:nostall,NOSTALL_INPUT>"
              "$<TARGET_PROPERTY:nostall,NOSTALL_OPTIONS>"
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
      COMMAND nostall::nostall check
              "$<TARGET_PROPERTY:nostall-${TARGET},NOSTALL_INPUT>"
              ${ARG_OPTIONS}
      WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
      COMMAND_EXPAND_LISTS VERBATIM USES_TERMINAL
      COMMENT "Looking for what stalls the event loops of ${TARGET}")
    add_dependencies(nostall-${TARGET} ${TARGET})
    add_dependencies(nostall ${TARGET})
    set_property(GLOBAL APPEND PROPERTY NOSTALL_TARGETS ${TARGET})
    set_property(TARGET nostall-${TARGET} PROPERTY NOSTALL_OPTIONS
                 ${ARG_OPTIONS})
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

# For the target CHECK, which checks SOURCES of the targets PARTS: what `nostall
# check` reads.
function(_nostall_input CHECK PARTS SOURCES)
  get_target_property(OPTIONS ${CHECK} NOSTALL_OPTIONS)
  # A comparison with another revision summarises that one as well.
  if(NOT CMAKE_GENERATOR STREQUAL "Ninja" OR OPTIONS MATCHES "--diff-base")
    set_property(TARGET ${CHECK} PROPERTY NOSTALL_INPUT
                 -p "${CMAKE_BINARY_DIR}" ${SOURCES})
    return()
  endif()
  set(FOLDER "${CMAKE_BINARY_DIR}/nostall")
  _nostall_root(ROOT "${OPTIONS}")
  set(SUMMARIES)
  foreach(SOURCE IN LISTS SOURCES)
    _nostall_unit("${SOURCE}" UNIT)
    list(APPEND SUMMARIES "${UNIT}.nss")
  endforeach()
  set(LINKED "${FOLDER}/${CHECK}.linked")
  list(JOIN SUMMARIES "\n" LIST)
  file(CONFIGURE OUTPUT "${LINKED}.list" CONTENT "${LIST}\n" @ONLY)
  add_custom_command(OUTPUT "${LINKED}"
    COMMAND nostall::nostall link -o "${LINKED}" "@${LINKED}.list"
    DEPENDS ${SUMMARIES} "${LINKED}.list"
    VERBATIM COMMENT "Linking the summaries for ${CHECK}")
  add_custom_target(${CHECK}-linked DEPENDS "${LINKED}")
  # A source is summarised when the target that it belongs to is built: of two
  # checks that share it, Ninja waits for the targets that both name.
  add_dependencies(${CHECK}-linked ${PARTS})
  add_dependencies(${CHECK} ${CHECK}-linked)
  set_property(TARGET ${CHECK} PROPERTY NOSTALL_INPUT
               --from-index "${LINKED}" --root "${ROOT}")
endfunction()

# The project's root, as `nostall check` looks for it; --root of OPTIONS wins.
function(_nostall_root OUT OPTIONS)
  list(FIND OPTIONS --root AT)
  if(NOT AT EQUAL -1)
    math(EXPR AT "${AT} + 1")
    list(GET OPTIONS ${AT} ROOT)
    set(${OUT} "${ROOT}" PARENT_SCOPE)
    return()
  endif()
  set(FOLDER "${CMAKE_SOURCE_DIR}")
  while(TRUE)
    foreach(MARK .nostall.yaml .nostall .git .hg .svn)
      if(EXISTS "${FOLDER}/${MARK}")
        set(${OUT} "${FOLDER}" PARENT_SCOPE)
        return()
      endif()
    endforeach()
    cmake_path(GET FOLDER PARENT_PATH PARENT)
    if(PARENT STREQUAL FOLDER)
      break()
    endif()
    set(FOLDER "${PARENT}")
  endwhile()
  set(${OUT} "${CMAKE_SOURCE_DIR}" PARENT_SCOPE)
endfunction()

# Where the summary of SOURCE and what belongs to it stand, without extension.
function(_nostall_unit SOURCE OUT)
  cmake_path(GET SOURCE FILENAME NAME)
  string(SHA1 HASH "${SOURCE}")
  string(SUBSTRING "${HASH}" 0 12 HASH)
  set(${OUT} "${CMAKE_BINARY_DIR}/nostall/units/${NAME}-${HASH}" PARENT_SCOPE)
endfunction()

# Rules for the summaries of SOURCES. The compile commands are those of
# compile_commands.json, each in a file of its own: it changes when the command
# does, not whenever CMake runs.
function(_nostall_summaries SOURCES OPTIONS)
  set(FOLDER "${CMAKE_BINARY_DIR}/nostall")
  _nostall_root(ROOT "${OPTIONS}")
  set(EXTRACTION)
  set(LAST)
  foreach(OPTION IN LISTS OPTIONS)
    if(OPTION STREQUAL "--deep" OR LAST MATCHES "^--(vendored|knowledge)$")
      list(APPEND EXTRACTION "${OPTION}")
    elseif(OPTION MATCHES "^--(vendored|knowledge)(=|$)")
      list(APPEND EXTRACTION "${OPTION}")
    endif()
    set(LAST "${OPTION}")
  endforeach()
  set(LIST "")
  set(COMMANDS)
  foreach(SOURCE IN LISTS SOURCES)
    _nostall_unit("${SOURCE}" UNIT)
    list(APPEND COMMANDS "${UNIT}.json")
    string(APPEND LIST "${SOURCE}\t${UNIT}.json\n")
    add_custom_command(OUTPUT "${UNIT}.nss"
      COMMAND nostall::nostall summarize --command "${UNIT}.json"
              -o "${UNIT}.nss" --depfile "${UNIT}.d" --if-changed --partial
              --root "${ROOT}" --root "${CMAKE_BINARY_DIR}" ${EXTRACTION}
      DEPENDS "${SOURCE}" "${UNIT}.json"
      DEPFILE "${UNIT}.d"
      VERBATIM COMMENT "Summarizing ${SOURCE}")
  endforeach()
  file(CONFIGURE OUTPUT "${FOLDER}/units.list" CONTENT "${LIST}" @ONLY)
  file(MAKE_DIRECTORY "${FOLDER}/units")
  add_custom_command(OUTPUT ${COMMANDS}
    COMMAND nostall::nostall units -p "${CMAKE_BINARY_DIR}"
            --list "${FOLDER}/units.list"
    DEPENDS "${CMAKE_BINARY_DIR}/compile_commands.json"
            "${FOLDER}/units.list"
    VERBATIM COMMENT "Reading the compile commands")
endfunction()

function(_nostall_finish)
  # Paths in dependency files are those of the build's folder.
  cmake_policy(SET CMP0116 NEW)
  get_property(TARGETS GLOBAL PROPERTY NOSTALL_TARGETS)
  set(ALL)
  set(ALL_PARTS)
  foreach(TARGET IN LISTS TARGETS)
    set(SOURCES)
    _nostall_closure(${TARGET} PARTS)
    foreach(PART IN LISTS PARTS)
      set_target_properties(${PART} PROPERTIES EXPORT_COMPILE_COMMANDS ON)
      _nostall_sources(${PART} MORE)
      list(APPEND SOURCES ${MORE})
    endforeach()
    list(REMOVE_DUPLICATES SOURCES)
    _nostall_input(nostall-${TARGET} "${PARTS}" "${SOURCES}")
    list(APPEND ALL ${SOURCES})
    list(APPEND ALL_PARTS ${PARTS})
  endforeach()
  list(REMOVE_DUPLICATES ALL)
  list(REMOVE_DUPLICATES ALL_PARTS)
  if(CMAKE_GENERATOR STREQUAL "Ninja")
    get_target_property(OPTIONS nostall NOSTALL_OPTIONS)
    _nostall_summaries("${ALL}" "${OPTIONS}")
  endif()
  _nostall_input(nostall "${ALL_PARTS}" "${ALL}")
endfunction()
