#include "fingerprint/namer.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.hpp"

namespace buildprint {
namespace {

bool contains(const std::vector<std::string> &list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool looks_like_verb(std::string_view word) {
  if (word.empty() || word.size() > 32 || word[0] < 'a' || word[0] > 'z') return false;
  return word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-:") == std::string_view::npos;
}

bool only_tells_version(std::string_view word) {
  return word == "--version" || word == "--help" || word == "-V" || word == "-v" || word == "-h" ||
         word == "-version";
}

/// A word of a program's name that nothing else in it looks like: its first character is percent-encoded
/// where an option, a path or an argument file begins so.
std::string word_text(std::string_view word) {
  auto text = escape_name(word);
  if (text.starts_with('-')) return "%2D" + text.substr(1);
  if (text.starts_with('/')) return "%2F" + text.substr(1);
  if (text.starts_with('@')) return "%40" + text.substr(1);
  return text;
}

/// What an interpreter's command line says it runs.
struct Task {
  enum class Kind { input, code, module, script, option, nothing } kind = Kind::input;
  std::string_view text;
  std::vector<std::string_view> argument_files; ///< "@FILE", java's: what stands there may be anything
};

} // namespace

/// A command line, read from left to right.
struct Namer::Arguments {
  const std::vector<std::string> &words;
  std::size_t at;

  bool done() const { return at >= words.size(); }
  std::string_view next() { return done() ? std::string_view() : std::string_view(words[at++]); }

  /// Letters behind one dash. True when they settle what is run.
  bool letters(const Interpreter &interpreter, std::string_view word, Task &task) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const char letter = word[i];
      const auto rest = word.substr(i + 1);
      if (interpreter.inline_flags.find(letter) != std::string::npos) {
        if (rest.empty()) next();
        task = {Task::Kind::code, {}, {}};
        return true;
      }
      if (interpreter.module_flags.find(letter) != std::string::npos) {
        task = {Task::Kind::module, rest.empty() ? next() : rest, {}};
        return true;
      }
      if (interpreter.input_flags.find(letter) != std::string::npos) {
        task = {Task::Kind::input, {}, {}};
        return true;
      }
      if (interpreter.attached_flags.find(letter) != std::string::npos) return false;
      if (interpreter.valued_flags.find(letter) != std::string::npos) {
        if (rest.empty()) next();
        return false;
      }
    }
    return false;
  }

  /// An option with a name. True when it settles what is run.
  bool option(const Interpreter &interpreter, std::string_view word, Task &task) {
    const auto name = word.substr(0, word.find('='));
    if (contains(interpreter.inline_options, name)) {
      if (name == word) next();
      task = {Task::Kind::code, {}, {}};
      return true;
    }
    if (interpreter.one_dash_long && name == "-jar") {
      task.kind = Task::Kind::script;
      task.text = next();
      return true;
    }
    if (contains(interpreter.naming_options, name)) {
      task.kind = Task::Kind::option;
      task.text = name;
      return true;
    }
    if (name == word && contains(interpreter.valued_options, name)) next();
    return false;
  }

  Task task(const Interpreter &interpreter) {
    Task task;
    bool told_version = false;
    while (!done()) {
      const auto word = next();
      if (word == "-") return task;
      if (word == "--") return done() ? task : Task{Task::Kind::script, next(), {}};
      if (only_tells_version(word)) told_version = true;
      if (interpreter.argument_files && word.starts_with('@')) {
        task.argument_files.push_back(word.substr(1));
        continue;
      }
      if (word.starts_with("--") || (interpreter.one_dash_long && word.starts_with('-'))) {
        if (option(interpreter, word, task)) return task;
      } else if (word.starts_with('-') || (word.starts_with('+') && !interpreter.input_flags.empty())) {
        if (letters(interpreter, word, task)) return task;
      } else {
        task.kind = Task::Kind::script;
        task.text = word;
        return task;
      }
    }
    if (told_version || !interpreter.reads_input) task.kind = Task::Kind::nothing;
    return task;
  }
};

bool only_root_may_write(const Exec &exec) {
  constexpr std::uint32_t k_group_or_other_write = 022;
  return exec.owner == 0 && (exec.mode & k_group_or_other_write) == 0;
}

bool is_system_program(const Exec &exec) {
  return !exec.memory_only && leads_to_system_directory(exec.exe) && only_root_may_write(exec);
}

std::string Namer::path(std::string_view raw, bool system, const NameContext &context, Trace *trace) const {
  constexpr std::string_view k_user_run = "/run/user/";
  const auto merged = merged_system_path(raw);
  note(trace, "R1", raw, merged);
  auto path = roots_.map(merged, trace);
  if (system) return without_versions(path, trace);
  path = without_pids(path, trace);
  if (path.starts_with(k_user_run)) {
    const auto rest = path.find('/', k_user_run.size());
    auto out = std::string(k_user_run) + "<uid>" + (rest == std::string::npos ? "" : path.substr(rest));
    note(trace, "R2", path, out);
    path = std::move(out);
  }
  return without_hashes(without_random_names(raw, std::move(path), context, trace), trace);
}

std::string Namer::without_random_name(std::string_view raw, std::string_view directory,
                                       std::string_view segment, const NameContext &context,
                                       Trace *trace) const {
  const auto rewritten = [&](Pattern::Part part, const std::string &rule) {
    auto name = std::string(segment.substr(0, part.begin)) + "<rand>" + std::string(segment.substr(part.end));
    note(trace, rule, segment, name);
    return name;
  };
  const auto raw_directory = raw.substr(0, raw.rfind('/'));
  if (const auto part = made_up_.random_part(raw_directory, directory == "$TMP", segment))
    return rewritten(*part, "R4 mktemp");
  for (const auto &row : rules_.random_names()) {
    const auto part = row.under.matches(directory) ? row.pattern.find(segment) : std::nullopt;
    if (!part || part->end == part->begin) continue;
    const auto makers = origins_.makers(raw);
    const ToolSet inherited = row.only_seen_created ? 0 : context.lineage_tools;
    const ToolSet owners = makers ? *makers : inherited | origins_.first_users(raw);
    if ((owners & row.tool) != 0) return rewritten(*part, "R4 " + row.name);
  }
  return std::string(segment);
}

std::string Namer::without_random_names(std::string_view raw, std::string path, const NameContext &context,
                                        Trace *trace) const {
  if (!path.starts_with('$')) return path;
  const auto segments = split(path, '/');
  // How much of `raw` the segments after the current one take: R1 replaced the front only, so that
  // counting from the end finds the raw path of every segment.
  const auto raw_segments = split(raw, '/');
  std::string out(segments.front());
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const auto beyond = segments.size() - 1 - i;
    std::string raw_prefix;
    for (std::size_t k = 1; k + beyond < raw_segments.size(); ++k) (raw_prefix += '/') += raw_segments[k];
    const auto segment = without_random_name(raw_prefix, out, segments[i], context, trace);
    (out += '/') += segment;
  }
  return out;
}

Namer::Runnable Namer::runnable(std::string_view raw, std::string_view spelled, bool system,
                                const NameContext &context, Trace *trace) const {
  auto name = path(spelled, system, context, trace);
  if (rules_.is_test_of(context.parent, name)) {
    const auto test = name.substr(0, name.rfind('/') + 1) + "<test>";
    note(trace, "R3", name, test);
    name = test;
  }
  Writers writers;
  if (name.starts_with("$TMP")) writers = origins_.writers(raw);
  const Program written(ProgramParts{ProgramParts::Kind::file, name, writers, {}});
  note(trace, "R4", name, written.text());
  return {std::move(name), std::move(writers)};
}

std::vector<ProgramArgument> Namer::script(const Interpreter &interpreter, Arguments &arguments,
                                           const Exec &exec, const NameContext &context, std::string &file,
                                           Trace *trace) const {
  using Argument = ProgramArgument::Kind;
  const auto task = arguments.task(interpreter);
  std::vector<ProgramArgument> named;
  for (const auto path : task.argument_files) {
    auto [name, writers] =
        runnable(absolute_path(exec.cwd, path), spelled_path(exec.cwd, path), false, context, trace);
    named.push_back({Argument::argument_file, std::move(name), std::move(writers)});
  }
  switch (task.kind) {
  case Task::Kind::nothing:
    return named;
  case Task::Kind::input:
    return {{Argument::standard_input, {}, {}}};
  case Task::Kind::code:
    return {{Argument::option, std::string("-") + interpreter.inline_flags[0], {}}};
  case Task::Kind::option:
    named.push_back({Argument::option, escape_name(task.text), {}});
    return named;
  case Task::Kind::module:
    named = {{Argument::module, escape_name(task.text), {}}};
    add_verb(named, task.text, arguments);
    return named;
  case Task::Kind::script:
    break;
  }
  if (interpreter.runs_classes && !task.text.ends_with(".jar")) {
    named.push_back({Argument::word, word_text(task.text), {}});
    return named;
  }
  const auto raw = absolute_path(exec.cwd, task.text);
  if (raw == "/dev/stdin" || raw == "/proc/self/fd/0" || raw == "/dev/fd/0")
    return {{Argument::standard_input, {}, {}}};
  if (raw.starts_with("/dev/fd/") || raw.starts_with("/proc/self/fd/"))
    return {{Argument::script, "/dev/fd", {}}};
  const auto spelled = spelled_path(exec.cwd, task.text);
  const bool system = leads_to_system_directory(raw) && !climbs(spelled);
  file = raw;
  auto [name, writers] = runnable(raw, spelled, system, context, trace);
  named.push_back({Argument::script, std::move(name), std::move(writers)});
  add_verb(named, file_name(task.text), arguments);
  return named;
}

void Namer::add_verb(std::vector<ProgramArgument> &to, std::string_view tool, Arguments arguments) const {
  const VerbTool *row = rules_.verb_tool(tool);
  if (row == nullptr) return;
  while (!arguments.done()) {
    const auto word = arguments.next();
    if (word.starts_with('+') || word.empty()) continue;
    if (!word.starts_with('-')) {
      if (looks_like_verb(word)) to.push_back({ProgramArgument::Kind::word, std::string(word), {}});
      return;
    }
    const bool letter = word.size() == 2 && row->valued_flags.find(word[1]) != std::string::npos;
    if (letter || contains(row->valued_options, word)) arguments.next();
  }
}

NamedProgram Namer::program(const Exec &exec, const NameContext &context, Trace *trace) const {
  NamedProgram program;
  ProgramParts parts;
  const bool system = program.system = is_system_program(exec);
  const auto exe = absolute_path("/", exec.exe);
  const auto invoked = absolute_path(exec.cwd, exec.invoked.empty() ? exec.exe : exec.invoked);
  const bool multi_call = rules_.is_multi_call(file_name(exe));
  // A path with ".." in it can lead through a symbolic link to elsewhere.
  const bool as_invoked =
      system && !multi_call && !climbs(exec.invoked) && leads_to_system_directory(invoked);
  program.file = exe;
  if (exec.memory_only) {
    constexpr std::string_view k_memory = "/memfd:";
    const bool memory = exe.starts_with(k_memory);
    parts.kind = memory ? ProgramParts::Kind::memory : ProgramParts::Kind::deleted;
    parts.path = path(exe, false, context, trace).substr(memory ? k_memory.size() : 0);
  } else {
    const auto &named = as_invoked ? invoked : exe;
    parts.kind = ProgramParts::Kind::file;
    std::tie(parts.path, parts.writers) = [&] {
      auto [name, writers] = runnable(named, named, system, context, trace);
      return std::pair(std::move(name), std::move(writers));
    }();
  }
  if (system) program.version = version_in(merged_system_path(exe));

  Arguments arguments{exec.argv, 1};
  auto name = file_name(as_invoked ? invoked : exe);
  if (multi_call && !exec.argv.empty()) {
    name = file_name(exec.argv[0]);
    if (rules_.is_multi_call(name)) name = arguments.next();
    if (!name.empty()) parts.arguments.push_back({ProgramArgument::Kind::word, word_text(name), {}});
  }
  const Interpreter *interpreter = rules_.interpreter(name);
  if (interpreter == nullptr && !multi_call) interpreter = rules_.interpreter(file_name(exe));
  if (interpreter != nullptr)
    for (auto &argument : script(*interpreter, arguments, exec, context, program.file, trace))
      parts.arguments.push_back(std::move(argument));
  else
    add_verb(parts.arguments, name, arguments);
  program.name = Program(std::move(parts));
  if (program.name.text() != exec.exe) note(trace, "R3", join(exec.argv, " "), program.name.text());
  return program;
}

Program Namer::foreign_program(std::string_view exe, Trace *trace) const {
  const auto raw = absolute_path("/", exe);
  return Program(
      ProgramParts{ProgramParts::Kind::file, path(raw, leads_to_system_directory(raw), {}, trace), {}, {}});
}

} // namespace buildprint
