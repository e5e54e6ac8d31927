#include "reports/completeness.hpp"

#include "tests/catch.hpp"

using namespace buildprint;

namespace {

bool tells(const std::string &text, std::string_view line) {
  return text.find(std::string("  ") + std::string(line) + '\n') != std::string::npos;
}

} // namespace

TEST_CASE("a complete recording says what was counted") {
  CompletenessFacts facts;
  facts.events = 60002;
  facts.processes = 20001;
  facts.end.census.records = {{0, 30000, 30000}, {1, 30002, 30002}};
  const auto text = render_completeness(facts);
  CHECK(text.starts_with("complete: nothing was lost\n"));
  CHECK(tells(text, "records      60,002 sent by the kernel, 60,002 arrived"));
  CHECK(tells(text, "  CPU 1      30,002 sent, 30,002 arrived"));
  CHECK(tells(text, "processes    20,001, of which 0 still ran at the end"));
  CHECK(tells(text, "tree         closed: each has a beginning and an end"));
  CHECK(text.find("every program of the probe was attached\n") != std::string::npos);
}

TEST_CASE("each counter of an incomplete recording is told, with its parts") {
  CompletenessFacts facts;
  facts.end.loss = {1, 2, 3, 4, 5, 6, 7, true};
  facts.end.census = {{}, {{"exec", 1}}, {{"on_exit", 4}}, 3, 9};
  facts.end.truncated_strings = 8;
  facts.run.blind_to = {"unix sockets: no tracefs"};
  facts.fingerprint.complete = false;
  facts.fingerprint.incomplete_because = facts.end.loss.describe();
  facts.fingerprint.coverage_gaps = {"not recorded: unix sockets: no tracefs", "a gap"};
  facts.notices = {"a doubt"};
  const auto text = render_completeness(facts);
  CHECK(text.starts_with("incomplete:\n  1 records did not fit into the ring buffer\n"));
  for (const auto line :
       {"gaps         5 records sent and not arrived", "no room      1 records found the ring buffer full",
        "             1 of exec", "maps full    2 processes or sockets could not be followed",
        "skipped      4 runs of a probe program were skipped by the kernel", "             4 of on_exit",
        "unreadable   3 reads of kernel or process memory failed",
        "malformed    6 records could not be decoded", "tree         7 without a beginning or an end",
        "probe        ended before the recording did",
        "held         3 times a process was stopped until there was room",
        "cut          8 texts were too long, and are marked",
        "repeats      9 file uses may have been sent again", "unix sockets: no tracefs", "a gap",
        "a doubt"}) {
    CAPTURE(text, line);
    CHECK(tells(text, line));
  }
}

TEST_CASE("a fingerprint says what it holds of completeness") {
  Fingerprint fingerprint;
  fingerprint.coverage_gaps = {"a gap"};
  const auto text = render_completeness(fingerprint);
  CHECK(text.starts_with("complete: nothing was lost\nnot seen or not followed\n  a gap\n"));
  CHECK(text.find("record --recording FILE") != std::string::npos);
}
