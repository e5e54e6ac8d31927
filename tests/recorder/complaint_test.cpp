#include "recorder/complaint.hpp"

#include "tests/catch.hpp"

namespace buildprint {
namespace {

TEST_CASE("of a verifier's log the verdict is told") {
  CHECK(complaint_in("libbpf: prog 'survey': -- BEGIN PROG LOAD LOG --\n"
                     "0: R1=ctx(off=0,imm=0) R10=fp0\n"
                     "combined stack size of 4 calls is 544. Too large\n"
                     "processed 5162 insns (limit 1000000) max_states_per_insn 4\n"
                     "-- END PROG LOAD LOG --\n") ==
        "the kernel's verifier: combined stack size of 4 calls is 544. Too large");
  CHECK(complaint_in("libbpf: prog 'x': -- BEGIN PROG LOAD LOG --\n-- END PROG LOAD LOG --\n").empty());
  CHECK(complaint_in("libbpf: prog 'x': -- BEGIN PROG LOAD LOG --\nR1 \033[31mis") ==
        "the kernel's verifier: R1 \\x1b[31mis");
}

TEST_CASE("what says less than an earlier warning is passed over") {
  CHECK(complaint_in("libbpf: prog 'survey': failed to load: -13\n").empty());
  CHECK(complaint_in("libbpf: failed to load object '/o.bpf.o'\n").empty());
  CHECK(complaint_in("libbpf: Permission error(s); try increasing limits: memlock\n").empty());
  CHECK(complaint_in("libbpf: failed to find valid kernel BTF\n") ==
        "libbpf: failed to find valid kernel BTF");
}

} // namespace
} // namespace buildprint
