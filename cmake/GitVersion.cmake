# git_version(OUT): the version that the program names itself. On the tag of this version it is "0.1.0",
# elsewhere "0.1.0+g1a2b3c4" with the commit, and ".dirty" when something is not committed; without git
# (a source archive) the bare version.
function(git_version out source_dir version)
  set(${out} ${version} PARENT_SCOPE)
  execute_process(COMMAND git describe --tags --exact-match HEAD --match v${version}
    WORKING_DIRECTORY ${source_dir} RESULT_VARIABLE untagged OUTPUT_QUIET ERROR_QUIET)
  execute_process(COMMAND git rev-parse --short HEAD
    WORKING_DIRECTORY ${source_dir} RESULT_VARIABLE no_git OUTPUT_VARIABLE commit
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND git diff-index --quiet HEAD
    WORKING_DIRECTORY ${source_dir} RESULT_VARIABLE dirty OUTPUT_QUIET ERROR_QUIET)
  if(no_git OR (NOT untagged AND NOT dirty))
    return()
  endif()
  set(suffix "+g${commit}")
  if(dirty)
    string(APPEND suffix ".dirty")
  endif()
  set(${out} ${version}${suffix} PARENT_SCOPE)
endfunction()

# At build time: cmake -DSOURCE_DIR=… -DVERSION=… -DOUTPUT=version.cpp -P GitVersion.cmake
if(CMAKE_SCRIPT_MODE_FILE)
  cmake_minimum_required(VERSION 3.25)
  git_version(full_version ${SOURCE_DIR} ${VERSION})
  file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#include \"cmd/version.hpp\"

namespace buildprint {

const char *version() { return \"@full_version@\"; }

}  // namespace buildprint
")
endif()
