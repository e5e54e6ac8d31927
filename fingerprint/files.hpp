#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fingerprint/graph.hpp"
#include "fingerprint/namer.hpp"
#include "fingerprint/object.hpp"

namespace buildprint {

/// Who wrote the temporary files of a recording; files elsewhere are not kept, there are too many.
class TemporaryFiles : public FileOrigins {
 public:
  TemporaryFiles(const CausalGraph &graph, const Roots &roots) : graph_(graph), roots_(roots) {}
  void use(const FileUse &use, ProgramId by);
  std::optional<ToolSet> makers(std::string_view path) const override;
  ToolSet first_users(std::string_view path) const override;
  Writers writers(std::string_view path) const override;

 private:
  struct Origin {
    ProgramId programs[4] = {}; ///< 0 = none
    bool many = false;          ///< more than there is room for
  };
  static void add(Origin &origin, ProgramId program);
  void enter_directories_above(std::string_view path, ProgramId program);
  const CausalGraph &graph_;
  const Roots &roots_;
  std::unordered_map<std::uint64_t, Origin> files_;          ///< by a hash of the path
  std::unordered_map<std::uint64_t, ProgramId> directories_; ///< likewise: who first put something there
};

/// What comes to stand under the name may be a whole tree, whose files nobody writes under their own names.
bool is_of_a_tree(FileAccess access);

/// R13: what a use of a file is. An empty object: it is no behavior.
class FileClasses {
 public:
  FileClasses(const CompiledRules &rules, const Namer &namer, const Roots &roots)
      : rules_(rules), namer_(namer), roots_(roots) {}
  /// A directory that comes to, or leaves, a place of sinks counts as they do.
  /// `package` is the actor's ("npm:left-pad postinstall"), empty for none.
  Object written(const FileUse &use, std::string_view package, Trace *trace) const;
  Object read(const FileUse &use, const NameContext &context, Trace *trace) const;
  /// A device that is opened to be written.
  Object device(const FileUse &use, Trace *trace) const;
  /// As read(), of what gets another name: a directory that holds secrets counts as they do.
  Object taken(const FileUse &use, const NameContext &context, Trace *trace) const;
  bool is_secret(std::string_view raw) const { return !rules_.secrets.find(canonical(raw)).empty(); }

 private:
  Object secret(std::string_view kind, const FileUse &use, const NameContext &context, Trace *trace) const;
  std::string canonical(std::string_view raw) const;
  const CompiledRules &rules_;
  const Namer &namer_;
  const Roots &roots_;
};

} // namespace buildprint
