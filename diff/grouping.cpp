#include "diff/grouping.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "diff/known.hpp"
#include "diff/object.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

/// Sets of behaviors that grow together (union by the smaller index, with path halving).
class Sets {
 public:
  explicit Sets(std::size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t n) {
    while (parent_[n] != n) n = parent_[n] = parent_[parent_[n]];
    return n;
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

/// Joins all that share a key.
class JoinByKey {
 public:
  explicit JoinByKey(Sets &sets) : sets_(sets) {}
  void operator()(const std::string &key, std::size_t n) {
    const auto [first, fresh] = first_.try_emplace(key, n);
    if (!fresh) sets_.join(first->second, n);
  }

 private:
  Sets &sets_;
  std::unordered_map<std::string, std::size_t> first_;
};

std::size_t actor_length(const Behavior &behavior) {
  const auto length = behavior.lineage.size();
  return behavior.kind == Kind::exec && length > 0 ? length - 1 : length;
}

/// A new program and all below it. Returns which behaviors have no new program above them.
std::vector<bool> join_ancestry(const std::vector<NewBehavior> &fresh, Sets &sets) {
  std::unordered_map<std::string, std::size_t> started;
  for (std::size_t n = 0; n < fresh.size(); ++n)
    if (fresh[n].behavior.kind == Kind::exec) started.try_emplace(lineage_text(fresh[n].behavior.lineage), n);
  std::vector<bool> top(fresh.size(), true);
  for (std::size_t n = 0; n < fresh.size(); ++n)
    for (std::size_t length = actor_length(fresh[n].behavior); length > 0; --length) {
      const auto above = started.find(lineage_text(fresh[n].behavior.lineage, length));
      if (above == started.end() || above->second == n) continue;
      sets.join(above->second, n);
      top[n] = false;
      break;
    }
  return top;
}

/// The length of the lineage of the script or driver that decides what the actor does; 0 when only the
/// recorded command itself, from far above, would be left.
std::size_t owner_length(const Behavior &behavior) {
  const auto actor = actor_length(behavior);
  for (std::size_t length = actor; length > 1; --length) {
    const auto &program = behavior.lineage[length - 1];
    if (is_specific(program) || !driver_of(program).empty()) return length;
  }
  return actor <= 2 ? std::min<std::size_t>(actor, 1) : 0;
}

std::string package_name(const Behavior &behavior) {
  return behavior.package.substr(0, behavior.package.find(' '));
}

/// What decided together: the same actor, else the same script above, on behalf of the same dependency.
void join_actors(const std::vector<NewBehavior> &fresh, const std::vector<bool> &top, Sets &sets) {
  JoinByKey same_actor(sets), same_owner(sets), same_package(sets);
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto &behavior = fresh[n].behavior;
    if (!behavior.package.empty()) same_package(behavior.package, n);
    if (!top[n]) continue;
    const auto package = package_name(behavior);
    same_actor(lineage_text(behavior.lineage, actor_length(behavior)) + package, n);
    if (const auto owner = owner_length(behavior); owner > 0)
      same_owner(lineage_text(behavior.lineage, owner) + package, n);
  }
}

/// What reads the file when it runs: "make" for a makefile, "python" for a startup hook; empty for others.
std::string_view reader_of(std::string_view path) {
  const auto name = base_name(path);
  if (name == "Makefile" || name == "makefile" || name == "GNUmakefile" || name.ends_with(".mk"))
    return "make";
  if (name.ends_with(".pth") || name == "sitecustomize.py" || name == "usercustomize.py") return "python";
  return name == "package.json" ? "npm" : std::string_view();
}

/// The same, of a program.
std::string_view reads_as(const Program &program) {
  return executable_name(program).starts_with("python") ? "python" : driver_of(program);
}

/// Behaviors that wrote what a key names. Linear in what is added and asked: what one question has joined is
/// one set, for which a later question needs one member.
class WrittenThings {
 public:
  explicit WrittenThings(Sets &sets) : sets_(sets) {}
  bool empty() const { return by_key_.empty(); }
  void add(std::string_view key, const Program &writer, std::size_t n) {
    by_key_[std::string(key)].apart[writer].push_back(n);
  }
  /// Joins `n` with all that others than `reader` wrote under `key`.
  void join(const std::string &key, const Program &reader, std::size_t n) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    auto &[apart, joined] = found->second;
    for (auto writer = apart.begin(); writer != apart.end();) {
      if (writer->first == reader) {
        ++writer;
        continue;
      }
      for (const auto one : writer->second) sets_.join(one, n);
      // Two of different writers: one of them is not the next reader.
      if (joined.size() < 2) joined.emplace(writer->first, writer->second.front());
      writer = apart.erase(writer);
    }
    for (const auto &[writer, one] : joined)
      if (writer != reader) return sets_.join(one, n);
  }

 private:
  struct Writes {
    std::map<Program, std::vector<std::size_t>> apart; ///< by writer
    std::map<Program, std::size_t> joined;             ///< of those that are one set, at most two
  };
  Sets &sets_;
  std::unordered_map<std::string, Writes> by_key_;
};

/// Files that were written and rule what runs: a script, a makefile, a startup hook.
void join_written_and_obeyed(const std::vector<NewBehavior> &fresh, const std::vector<bool> &top,
                             Sets &sets) {
  WrittenThings written(sets);
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto &behavior = fresh[n].behavior;
    const auto path = written_path(behavior);
    if (path.empty()) continue;
    written.add(path, behavior.lineage.back(), n);
    if (const auto reader = reader_of(path); !reader.empty()) written.add(reader, behavior.lineage.back(), n);
  }
  if (written.empty()) return;
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    if (!top[n]) continue;
    for (const auto &program : fresh[n].behavior.lineage) {
      written.join(deciding_file(program), program, n);
      written.join(std::string(reads_as(program)), program, n);
    }
  }
}

bool configures(const Program &program) {
  const auto name = base_name(deciding_file(program));
  return name == "configure" || name == "config.status" || name == "autogen.sh" || name == "bootstrap" ||
         driver_of(program) == "cmake" || driver_of(program) == "meson";
}

bool any_program(const Behavior &behavior, bool (*test)(const Program &)) {
  return std::any_of(behavior.lineage.begin(), behavior.lineage.end(), test);
}

/// What a configure step newly writes, and what the build that it generates newly does.
void join_configured_and_built(const std::vector<NewBehavior> &fresh, Sets &sets) {
  const auto builds = [](const Program &program) {
    return driver_of(program) == "make" || driver_of(program) == "ninja";
  };
  std::size_t writer = fresh.size();
  for (std::size_t n = 0; n < fresh.size() && writer == fresh.size(); ++n)
    if (fresh[n].behavior.kind == Kind::write && any_program(fresh[n].behavior, configures)) writer = n;
  if (writer == fresh.size()) return;
  for (std::size_t n = 0; n < fresh.size(); ++n)
    if (!any_program(fresh[n].behavior, configures) && any_program(fresh[n].behavior, builds))
      sets.join(writer, n);
}

/// What follows the executable is no script and no verb: "-c", "-m pytest", "-".
bool runs_options_alone(const Program &program) {
  const auto &arguments = program.parts().arguments;
  if (arguments.empty()) return false;
  const auto kind = arguments.front().kind;
  return kind == ProgramArgument::Kind::option || kind == ProgramArgument::Kind::module ||
         kind == ProgramArgument::Kind::standard_input;
}

/// What was never seen before, and now is in several places: a host, a tool, a secret, a sink.
void join_firsts(const std::vector<NewBehavior> &fresh, Sets &sets) {
  JoinByKey same(sets);
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto &[behavior, novelty, seen, evidence] = fresh[n];
    if (novelty != 3 || behavior.lineage.empty()) continue;
    const auto &program = behavior.lineage.back();
    if (behavior.kind == Kind::exec && !is_shell(program) && !runs_options_alone(program))
      same("program " + program.text(), n);
    else if (is_egress(behavior) || behavior.kind == Kind::resolve)
      same("host " + reached(behavior), n);
    else if (reads_secret(behavior) || writes_sink(behavior))
      same(behavior.object.text(), n);
  }
}

/// Of the behaviors of one actor, the one whose lineage shares most with another lineage.
class NearestActor {
 public:
  void add(const Behavior &behavior, std::size_t n) {
    auto &by_lineage = actors_[behavior.lineage.back()];
    by_lineage.try_emplace(behavior.lineage, n);
  }
  /// nullopt where the program did nothing new.
  std::optional<std::size_t> find(const Program &actor, const Lineage &lineage) const {
    const auto found = actors_.find(actor);
    if (found == actors_.end()) return std::nullopt;
    const auto nearest = std::ranges::max_element(found->second, {}, [&](const auto &one) {
      const auto ends = std::mismatch(one.first.begin(), one.first.end(), lineage.begin(), lineage.end());
      return ends.first - one.first.begin();
    });
    return nearest->second;
  }

 private:
  std::unordered_map<Program, std::map<Lineage, std::size_t>> actors_;
};

/// Files that were written and then executed: by the writer in the program's name, or by a sink's path.
void join_written_and_executed(const std::vector<NewBehavior> &fresh, Sets &sets) {
  NearestActor actors;
  std::unordered_multimap<std::string_view, std::size_t> by_sink;
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto &behavior = fresh[n].behavior;
    if (behavior.lineage.empty()) continue;
    actors.add(behavior, n);
    if (writes_sink(behavior)) by_sink.emplace(written_path(behavior), n);
  }
  std::unordered_set<Program> joined; // programs whose sinks are one set already
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto &behavior = fresh[n].behavior;
    if (behavior.kind != Kind::exec) continue;
    const auto &program = behavior.lineage.back();
    auto [sink, last] = by_sink.equal_range(deciding_file(program));
    if (sink != last && !joined.insert(program).second) last = std::next(sink);
    for (; sink != last; ++sink) sets.join(sink->second, n);
    for (const auto &writer : writers_of(program))
      if (const auto nearest = actors.find(writer, behavior.lineage)) sets.join(*nearest, n);
  }
}

/// Files of the workspace that one step newly wrote and another runs.
void join_writers_and_runners(const std::vector<NewBehavior> &fresh, const std::vector<bool> &top,
                              const std::vector<Attribute> &written_by, Sets &sets) {
  if (written_by.empty()) return;
  std::unordered_map<std::string, std::size_t> by_lineage, started;
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto text = lineage_text(fresh[n].behavior.lineage);
    by_lineage.try_emplace(text, n);
    if (fresh[n].behavior.kind == Kind::exec) started.try_emplace(text, n);
  }
  // The writer itself, or the new program that it is below.
  const auto writer_of = [&](const Lineage &lineage) -> std::optional<std::size_t> {
    if (const auto writer = by_lineage.find(lineage_text(lineage)); writer != by_lineage.end())
      return writer->second;
    for (auto length = lineage.size(); length-- > 1;)
      if (const auto above = started.find(lineage_text(lineage, length)); above != started.end())
        return above->second;
    return std::nullopt;
  };
  // Of a program's writers the first stands for all once they are joined.
  std::unordered_map<std::string, std::size_t> writers;
  std::unordered_multimap<std::string, std::size_t> also;
  for (const auto &attribute : written_by)
    if (const auto writer = writer_of(parse_lineage_text(attribute.value))) {
      const auto [first, fresh_program] = writers.try_emplace(attribute.subject, *writer);
      if (!fresh_program) also.emplace(attribute.subject, *writer);
    }
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    if (!top[n]) continue;
    for (const auto &program : fresh[n].behavior.lineage) {
      const auto found = writers.find(program.text());
      if (found == writers.end()) continue;
      sets.join(found->second, n);
      const auto [first, last] = also.equal_range(program.text());
      for (auto one = first; one != last; ++one) sets.join(one->second, n);
      also.erase(first, last);
    }
  }
}

/// A secret read in one place and a new way out in another, below the same part of the recorded command.
void join_secrets_to_exits(const std::vector<NewBehavior> &fresh, Sets &sets) {
  std::map<std::string, std::vector<std::size_t>> takes, gives;
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto &behavior = fresh[n].behavior;
    if (behavior.lineage.size() < 2) continue;
    const auto part = lineage_text(behavior.lineage, 2);
    if (reads_secret(behavior) || (inspects_foreign(behavior) && touches_memory(behavior)))
      takes[part].push_back(n);
    if (is_egress(behavior) || writes_sink(behavior)) gives[part].push_back(n);
  }
  for (const auto &[part, readers] : takes) {
    const auto exits = gives.find(part);
    if (exits == gives.end()) continue;
    for (const auto reader : readers) sets.join(readers.front(), reader);
    for (const auto exit : exits->second) sets.join(readers.front(), exit);
  }
}

} // namespace

std::vector<std::vector<std::size_t>> group(const std::vector<NewBehavior> &fresh,
                                            const std::vector<Attribute> &written_by) {
  Sets sets(fresh.size());
  const auto top = join_ancestry(fresh, sets);
  join_actors(fresh, top, sets);
  join_written_and_executed(fresh, sets);
  join_written_and_obeyed(fresh, top, sets);
  join_writers_and_runners(fresh, top, written_by, sets);
  join_configured_and_built(fresh, sets);
  join_firsts(fresh, sets);
  join_secrets_to_exits(fresh, sets);
  std::map<std::size_t, std::vector<std::size_t>> members;
  for (std::size_t n = 0; n < fresh.size(); ++n) members[sets.root(n)].push_back(n);
  std::vector<std::vector<std::size_t>> groups;
  for (auto &[root, list] : members) groups.push_back(std::move(list));
  return groups;
}

} // namespace buildprint
