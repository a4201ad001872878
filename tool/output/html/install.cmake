# cmake -DNPM=... -DSOURCE=... -DFOLDER=... -P install.cmake
# Installs what the HTML report is built from, as package-lock.json says, into
# FOLDER/node_modules: nothing is written to the sources.
file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json
     DESTINATION ${FOLDER})
execute_process(
  COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
  WORKING_DIRECTORY ${FOLDER}
  RESULT_VARIABLE STATUS OUTPUT_QUIET ERROR_VARIABLE PROBLEM)
if(NOT STATUS EQUAL 0)
  message(FATAL_ERROR
    "npm ci could not install what the HTML report is built from:\n${PROBLEM}\n"
    "It needs the npm registry, or a mirror, once. Without it, configure with "
    "-DNOSTALL_HTML=OFF; nostall then has no --format html.")
endif()
