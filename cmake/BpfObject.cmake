# add_bpf_object(NAME SOURCE): compiles SOURCE for the kernel and links it, as bytes, into the
# static library NAME, which defines `extern const unsigned char NAME_start[], NAME_end[]`.
enable_language(ASM)
find_program(BPF_CLANG NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 REQUIRED)

function(add_bpf_object name source)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.bpf.o)
  set(carrier ${CMAKE_CURRENT_BINARY_DIR}/${name}.S)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64")
    set(arch x86)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    set(arch arm64)
  else()
    message(FATAL_ERROR "no BPF target architecture for ${CMAKE_SYSTEM_PROCESSOR}")
  endif()
  # The kernel's own types come from event.h and kernel.bpf.h; the system's headers are for bpf_helpers only.
  add_custom_command(OUTPUT ${object}
    COMMAND ${BPF_CLANG} -target bpf -D__TARGET_ARCH_${arch} -g -O2 -mcpu=v3 -Wall -Wextra -Werror
      -Wno-unused-parameter -I${CMAKE_SOURCE_DIR} -idirafter ${CMAKE_SYSROOT}/usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
      -MD -MF ${object}.d -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
    DEPENDS ${source} DEPFILE ${object}.d VERBATIM)
  file(GENERATE OUTPUT ${carrier} CONTENT
".section .rodata
.balign 16
.global ${name}_start
.global ${name}_end
${name}_start: .incbin \"${object}\"
${name}_end: .byte 0
.section .note.GNU-stack,\"\",%progbits
")
  set_source_files_properties(${carrier} PROPERTIES OBJECT_DEPENDS ${object} LANGUAGE ASM)
  add_library(${name} STATIC ${carrier})
endfunction()
