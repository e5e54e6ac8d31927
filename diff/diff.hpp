#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/canonicalize.hpp"
#include "fingerprint/fingerprint.hpp"

namespace buildprint {

enum class Verdict : std::uint8_t { same, new_behavior, incomplete, no_baseline };
std::string_view to_string(Verdict verdict); ///< as in the diff file: "same", "new", …

enum class Level : std::uint8_t { note, warning, error };
std::string_view to_string(Level level);

struct NewBehavior {
  Behavior behavior;
  int novelty = 3;   ///< 1 known parent→self, new grandparent; 2 parts known, never together; 3 never seen
  std::string seen;  ///< "1/1": in how many of the head's runs
  Evidence evidence; ///< empty when head was a file without its recording
};

struct Reason {
  int points = 0;
  std::string text;
};

struct Package {
  std::string manager, name, version, stage;
  std::string base_version; ///< what the base had; empty when the same or unknown
};

struct Place {
  std::string file; ///< relative to the workspace
  int line = 1;
};

/// New behaviors with one cause. behaviors.front() is the cause.
struct Finding {
  std::string id; ///< stable across machines and runs
  int score = 0;
  Level level = Level::note;
  std::string title;
  std::vector<std::string> capabilities; ///< what no behavior of the base did: "first program run as root"
  std::vector<Reason> why;
  std::vector<std::string> techniques; ///< MITRE ATT&CK ids
  std::optional<Package> package;
  std::optional<Place> where;
  std::vector<NewBehavior> behaviors; ///< at most six, cause first
  std::vector<NewBehavior> more;      ///< the rest
};

/// A difference that is told but fails nothing: a version, a moved system tool, a renamed script.
struct Change {
  std::string what;  ///< "version", "relocated", "renamed", "content", "volume", …
  std::string title; ///< one line
  std::vector<std::string> details;
};

struct Moved {
  Behavior head;
  Lineage base_lineage;
};

/// A finding or behavior that the base's policy, or the change under test itself, accepts.
struct Accepted {
  NewBehavior behavior;
  std::string reason, owner, expires;
  bool by_this_change = false;
};

struct Side {
  std::string name, source, digest; ///< source: a path, or "git:REV:PATH"
  std::uint32_t runs = 0;
  std::size_t behaviors = 0;
};

struct Diff {
  Verdict verdict = Verdict::same;
  std::vector<std::string> because; ///< why incomplete or no baseline; and warnings for a reviewer
  Side base, head;
  std::vector<Finding> findings; ///< highest score first
  std::vector<Accepted> accepted;
  std::vector<Change> changed;
  std::vector<Moved> moved;
  std::vector<Behavior> absent;
  std::vector<std::string> notices; ///< expired or unused acceptances, ambiguous names, …
};

} // namespace buildprint
