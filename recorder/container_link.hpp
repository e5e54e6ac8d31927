#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recorder/container_engine.hpp"
#include "recorder/event.hpp"

namespace buildprint {

/// The names under which container engines listen, wherever their sockets are: those known, and the ones that
/// the environment names (DOCKER_HOST, CONTAINER_HOST).
std::vector<std::string> engine_socket_names(const std::vector<std::string> &environment);

/// Asks whichever engine is at the socket, as the command's user.
std::function<std::optional<ContainerDetails>(const std::string &socket, const std::string &id)>
recall_from_engines(const Identity &identity);

/// Says of each container that appears in a stream of events what it is called, and which program asked for
/// it: of those that are connected to an engine and still live, the only one, or the one whose arguments name
/// it, or any of several that a lineage would not tell apart; else the youngest common ancestor of all that
/// may have.
class ContainerLinker {
 public:
  /// Asks the engine at a socket about a container; empty: Podman, which needs none.
  using Recall =
      std::function<std::optional<ContainerDetails>(const std::string &socket, const std::string &id)>;

  ContainerLinker(const ContainerStart &own, const std::vector<std::string> &socket_names, Recall recall)
      : own_(own), socket_names_(socket_names), recall_(std::move(recall)) {}

  void add(Event &event);
  bool has_seen_any() const { return !known_.empty(); }

 private:
  struct Living {
    ProcessKey parent;
    std::shared_ptr<const std::vector<std::string>> argv; ///< of what it last executed; its beginning
    std::string socket; ///< of the engine that it is connected to; empty = of none
  };
  using Process = std::pair<const ProcessKey, Living>;

  void complete(ContainerStart &container, ProcessKey first);
  void link(ContainerStart &container);
  std::vector<ProcessKey> line_of(ProcessKey process) const;
  std::vector<std::string> programs_of(const Process &process) const;
  ProcessKey common_ancestor(const std::vector<const Process *> &processes) const;

  const ContainerStart own_;
  const std::vector<std::string> socket_names_;
  const Recall recall_;
  std::map<ProcessKey, Living> living_;
  std::map<std::string, ContainerStart> known_; ///< by id
  std::string last_socket_;
};

} // namespace buildprint
