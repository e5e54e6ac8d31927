# What every target shares: the language, the warnings, the sanitizers. Link `settings` to get them.
include(GNUInstallDirs)

add_library(settings INTERFACE)
target_compile_features(settings INTERFACE cxx_std_20)
target_include_directories(settings INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  # g++ 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${BUILDPRINT_WERROR}>:-Werror>)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(BUILDPRINT_SANITIZE)
  target_compile_options(settings INTERFACE -fsanitize=${BUILDPRINT_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  target_link_options(settings INTERFACE -fsanitize=${BUILDPRINT_SANITIZE})
endif()

# For a binary that runs on other machines than the one that built it: every library but glibc inside.
# glibc stays out because its name service loads plugins of its own version at run time. The distributions
# have no static simdjson and no small libgit2: scripts/build-static-libraries.sh makes both.
option(BUILDPRINT_STATIC "Link everything but glibc statically" OFF)
if(BUILDPRINT_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  target_link_options(settings INTERFACE -static-libgcc -static-libstdc++)
endif()

# require_library(NAME MODULE): PkgConfig::NAME, by pkg-config; when static with what the archive needs.
find_package(PkgConfig REQUIRED)
function(require_library name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  if(BUILDPRINT_STATIC)
    foreach(library ${${name}_STATIC_LIBRARIES})
      find_library(${library}_archive NAMES ${library} HINTS ${${name}_STATIC_LIBRARY_DIRS} REQUIRED)
      target_link_libraries(PkgConfig::${name} INTERFACE ${${library}_archive})
    endforeach()
  endif()
endfunction()

find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
require_library(libbpf libbpf)
require_library(libgit2 libgit2)
require_library(xxhash libxxhash)
require_library(yaml_cpp yaml-cpp)
