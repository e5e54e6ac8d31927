# What every target shares: the language, the warnings, the sanitizers. Link `settings` to get them.
include(GNUInstallDirs)

add_library(settings INTERFACE)
target_compile_features(settings INTERFACE cxx_std_20)
target_include_directories(settings INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  $<$<BOOL:${BUILDPRINT_WERROR}>:-Werror>)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(BUILDPRINT_SANITIZE)
  target_compile_options(settings INTERFACE -fsanitize=${BUILDPRINT_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  target_link_options(settings INTERFACE -fsanitize=${BUILDPRINT_SANITIZE})
endif()

find_package(PkgConfig REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(libbpf REQUIRED IMPORTED_TARGET libbpf)
pkg_check_modules(libgit2 REQUIRED IMPORTED_TARGET libgit2)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
