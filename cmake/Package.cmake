# `cmake --install` and `cpack`: the binary, its manual pages, the completions (cmd/CMakeLists.txt), and
# here the license and the packages that hold them: a .deb and a .tar.gz.
include(GitVersion)

install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

git_version(CPACK_PACKAGE_VERSION ${CMAKE_SOURCE_DIR} ${PROJECT_VERSION})
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME buildprint)
set(CPACK_PACKAGE_CONTACT "The buildprint authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Shows what a build does that it did not do before")
set(CPACK_PACKAGE_DESCRIPTION
"buildprint records which programs a build, a test suite or a container starts, in which lineage, as which
user, talking to whom; keeps that as a fingerprint that is the same for every unchanged rebuild; and compares
fingerprints, so that a change which makes the build behave in a new way is stopped and explained.")
set(CPACK_PACKAGE_FILE_NAME buildprint-${CPACK_PACKAGE_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "sudo, git, docker.io")
include(CPack)
