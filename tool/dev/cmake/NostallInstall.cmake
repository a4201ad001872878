# What else is installed (tool/package has the programs and libraries), and the
# Debian packages: nostall (analysis, reports, clang-tidy plugin), nostall-probe
# (what is loaded into programs; libc only), nostall-clangd, and nostall-exporter
# (metrics).
set(NOSTALL_PACKAGES nostall nostall-probe nostall-clangd)
if(TARGET nostall-exporter)
  list(APPEND NOSTALL_PACKAGES nostall-exporter)
  set(DOCUMENTED nostall nostall-exporter)
  set(OTHER_PROGRAMS --program $<TARGET_FILE:nostall-exporter>)
else()
  set(DOCUMENTED nostall)
  set(OTHER_PROGRAMS --absent nostall-exporter)
endif()
include(GNUInstallDirs)

set(CLI_DOCS ${CMAKE_BINARY_DIR}/cli-docs)
file(GLOB CLI_DOC_SOURCES CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/docs/man/*
  ${CMAKE_SOURCE_DIR}/tool/dev/clidocs/*.py
  ${CMAKE_SOURCE_DIR}/tool/dev/gen_cli_docs)
add_custom_command(
  OUTPUT ${CLI_DOCS}/stamp
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${CLI_DOCS}
  COMMAND ${CMAKE_COMMAND} -E env
          LSAN_OPTIONS=detect_leaks=0
          ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tool/dev/gen_cli_docs
          $<TARGET_FILE:nostall> ${CLI_DOCS} --date "${NOSTALL_DATE}"
          ${OTHER_PROGRAMS}
  COMMAND ${CMAKE_COMMAND} -E touch ${CLI_DOCS}/stamp
  DEPENDS ${DOCUMENTED} nostall-tool ${CLI_DOC_SOURCES}
  COMMENT "Generating manual pages and completions")
add_custom_target(nostall-cli-docs ALL DEPENDS ${CLI_DOCS}/stamp)

# Debian's own files of a package.
configure_file(${CMAKE_SOURCE_DIR}/docs/package/changelog.in
  ${CMAKE_BINARY_DIR}/package/changelog @ONLY)
set(CHANGELOG ${CMAKE_BINARY_DIR}/package/changelog.Debian.gz)
execute_process(
  COMMAND gzip -9nc ${CMAKE_BINARY_DIR}/package/changelog
  OUTPUT_FILE ${CHANGELOG} COMMAND_ERROR_IS_FATAL ANY)
foreach(PACKAGE ${NOSTALL_PACKAGES})
  install(FILES ${CHANGELOG} ${CMAKE_SOURCE_DIR}/docs/package/copyright
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${PACKAGE}
          COMPONENT ${PACKAGE})
  install(FILES ${CMAKE_SOURCE_DIR}/docs/package/${PACKAGE}.lintian-overrides
          DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides
          RENAME ${PACKAGE} COMPONENT ${PACKAGE})
endforeach()

install(DIRECTORY ${CLI_DOCS}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
        COMPONENT nostall FILES_MATCHING PATTERN "*.1.gz"
        PATTERN "nostall-clangd*" EXCLUDE PATTERN "nostall-exporter*" EXCLUDE)
# One page for all of them.
foreach(COMPILER g++ clang clang++)
  install(FILES ${CLI_DOCS}/man/nostall-gcc.1.gz RENAME nostall-${COMPILER}.1.gz
          DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT nostall)
endforeach()
foreach(PACKAGE ${NOSTALL_PACKAGES})
  if(PACKAGE STREQUAL nostall OR PACKAGE STREQUAL nostall-probe)
    continue()
  endif()
  install(FILES ${CLI_DOCS}/man/${PACKAGE}.1.gz
          DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${PACKAGE})
endforeach()
install(FILES ${CLI_DOCS}/bash/nostall
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        COMPONENT nostall)
install(FILES ${CLI_DOCS}/zsh/_nostall
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
        COMPONENT nostall)
install(FILES ${CLI_DOCS}/fish/nostall.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
        COMPONENT nostall)
# The documents, as they are in the repository, so that links among them hold.
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/CONTRIBUTING.md
        TYPE DOC COMPONENT nostall)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs TYPE DOC COMPONENT nostall
        PATTERN "docs/man" EXCLUDE PATTERN "docs/package" EXCLUDE
        PATTERN "docs/site" EXCLUDE)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/checks/rules
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/checks COMPONENT nostall
        FILES_MATCHING PATTERN "README.md" PATTERN "test" EXCLUDE)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR nostall)
set(CPACK_PACKAGE_CONTACT "The nostall developers <nostall@example.org>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL ${NOSTALL_PACKAGES})
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Those with a library where the dynamic linker looks.
foreach(PACKAGE NOSTALL NOSTALL-PROBE)
  set(CPACK_DEBIAN_${PACKAGE}_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/docs/package/triggers)
endforeach()

set(CPACK_DEBIAN_NOSTALL_PACKAGE_NAME nostall)
set(CPACK_COMPONENT_NOSTALL_DESCRIPTION
"finds what stalls the event loop of C++ programs
nostall check analyses a project's source code and reports blocking calls,
heavy computation and held locks in coroutines and event-loop callbacks,
through any chain of calls, also as a clang-tidy plugin. nostall run measures
the event loops of an unmodified program and reports each stall with its
cause and stack.")
# libclang-common-19-dev has the compiler's own headers, which every analysed
# file needs.
set(CPACK_DEBIAN_NOSTALL_PACKAGE_DEPENDS
  "libclang-common-19-dev, nostall-probe (= ${PROJECT_VERSION}-1)")
set(CPACK_DEBIAN_NOSTALL_PACKAGE_RECOMMENDS "clang-tidy-19, g++")
set(CPACK_DEBIAN_NOSTALL_PACKAGE_SUGGESTS "nostall-clangd, nostall-exporter")

set(CPACK_DEBIAN_NOSTALL-PROBE_PACKAGE_NAME nostall-probe)
set(CPACK_DEBIAN_NOSTALL-PROBE_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_NOSTALL-PROBE_DESCRIPTION
"measures the event loops of the program it is loaded into
The library that nostall run loads into a program, and the header with which
loops that wait in no system call tell of themselves. On a machine where
programs are measured and not analysed this package is all that a program
needs to be watched with nostall attach. It depends on libc only.")

set(CPACK_DEBIAN_NOSTALL-CLANGD_PACKAGE_NAME nostall-clangd)
set(CPACK_COMPONENT_NOSTALL-CLANGD_DESCRIPTION
"clangd with the checks of nostall
Takes clangd's place in an editor: what stalls the event loop is shown as you
type, also where it is in other files of the project.")
# nostall makes the index of the project, and has the checks' documentation.
set(CPACK_DEBIAN_NOSTALL-CLANGD_PACKAGE_DEPENDS
  "libclang-common-19-dev, nostall (= ${PROJECT_VERSION}-1)")

set(CPACK_DEBIAN_NOSTALL-EXPORTER_PACKAGE_NAME nostall-exporter)
set(CPACK_DEBIAN_NOSTALL-EXPORTER_PACKAGE_SECTION net)
set(CPACK_COMPONENT_NOSTALL-EXPORTER_DESCRIPTION
"serves measurements of event loops to Prometheus
nostall-exporter follows the traces that nostall run and nostall attach write,
and serves what they say as metrics: how busy each event loop is, how long its
iterations take, and what stalls cost, by cause and by kind. With alerts for
Prometheus and a dashboard for Grafana. Nothing is started by itself.")
set(CPACK_DEBIAN_NOSTALL-EXPORTER_PACKAGE_SUGGESTS "nostall, prometheus")
include(CPack)
