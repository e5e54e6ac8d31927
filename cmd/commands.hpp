#pragma once

#include <functional>
#include <memory>

namespace CLI {
class App;
}

namespace buildprint {

class Error;

/// What a parsed command line wants done; returns the process's exit code.
using Action = std::function<int()>;

// Each adds one subcommand to `app` and, when that subcommand was chosen, sets `action`. The options live
// as long as the action. One file each.
void add_record(CLI::App &app, Action &action);
void add_fingerprint(CLI::App &app, Action &action);
void add_merge(CLI::App &app, Action &action);
void add_diff(CLI::App &app, Action &action);
void add_show(CLI::App &app, Action &action);
void add_explain(CLI::App &app, Action &action);
void add_stability(CLI::App &app, Action &action);
void add_import(CLI::App &app, Action &action);
void add_doctor(CLI::App &app, Action &action);
void add_gate(CLI::App &app, Action &action);
void add_accept(CLI::App &app, Action &action);
void add_policy(CLI::App &app, Action &action);
void add_log(CLI::App &app, Action &action);
void add_blame(CLI::App &app, Action &action);
void add_completions(CLI::App &app, Action &action);
void add_manual(CLI::App &app, Action &action);
void add_probe(CLI::App &app, Action &action);

/// One line on stderr that says what failed, and one that says what to try.
void print_error(const Error &error);

} // namespace buildprint
