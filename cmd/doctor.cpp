#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "cmd/commands.hpp"
#include "recorder/readiness.hpp"

namespace buildprint {
namespace {

using State = Check::State;

// Exit codes of their own: a script asks whether it can record here, and how well.
constexpr int k_exit_all_well = 0, k_exit_limited = 1, k_exit_cannot_record = 2;

const char *word_for(State state) {
  switch (state) {
  case State::ok:
    return "ok";
  case State::limited:
    return "limited";
  case State::missing:
    return "missing";
  }
  return "";
}

int run_doctor() {
  const auto checks = check_machine();
  auto worst = State::ok;
  for (const auto &check : checks) {
    std::printf("%-8s %s: %s\n", word_for(check.state), check.subject.c_str(), check.finding.c_str());
    if (!check.remedy.empty()) std::printf("         try: %s\n", check.remedy.c_str());
    worst = std::max(worst, check.state);
  }
  if (worst == State::missing) {
    std::puts("This machine cannot record.");
    return k_exit_cannot_record;
  }
  std::puts(worst == State::ok ? "This machine can record."
                               : "This machine can record, with the limits above.");
  return worst == State::ok ? k_exit_all_well : k_exit_limited;
}

} // namespace

void add_doctor(CLI::App &app, Action &action) {
  CLI::App *command =
      app.add_subcommand("doctor", "Check whether this machine can record, and what is missing");
  command->footer(
      "Exit status: 0 everything works, 1 recording works with limits, 2 recording does not work.\n\n"
      "Example:\n"
      "  buildprint doctor\n");
  command->callback([&action] { action = run_doctor; });
}

} // namespace buildprint
