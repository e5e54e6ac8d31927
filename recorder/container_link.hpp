#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "recorder/container_engine.hpp"
#include "recorder/event.hpp"

namespace buildprint {

/// The names under which container engines listen, wherever their sockets are: those known, and the ones that
/// the environment names (DOCKER_HOST, CONTAINER_HOST).
std::vector<std::string> engine_socket_names(const std::vector<std::string> &environment);

/// Whether the socket is the machine's, or the one that the command's environment names. Any other the
/// workload could have put there itself: it is not believed when it says that a container is somebody else's.
bool is_the_machines(const std::string &socket, const std::vector<std::string> &environment);

/// Asks whichever engine is at the socket, as the command's user.
std::function<Recollection(const std::string &socket, const std::string &id)>
recall_from_engines(const Identity &identity);

/// The uid inside of a user namespace; one that is not in it stays as it is.
std::uint32_t uid_inside(std::uint32_t uid, const std::vector<UserRange> &users);

/// Says of each container that appears in a stream of events what it is called, and which program asked for
/// it: of those that are connected to an engine and still live, the only one, or the one whose arguments name
/// it, or any of several that a lineage would not tell apart; else the youngest common ancestor of all that
/// may have. One that nobody asked for by its id, and that none of the engines has which they are connected
/// to, is another's: nothing of it belongs to the recording. The users of what a container does become those
/// inside.
class ContainerLinker {
 public:
  /// Asks the engine at a socket about a container; empty: Podman, which needs none.
  using Recall = std::function<Recollection(const std::string &socket, const std::string &id)>;

  ContainerLinker(const ContainerStart &own, const std::vector<std::string> &socket_names, Recall recall)
      : own_(own), socket_names_(socket_names), recall_(std::move(recall)) {}

  /// False for what is another's.
  bool add(Event &event);
  bool is_anothers(ProcessKey process) const { return anothers_.contains(process); }
  bool has_seen_any() const { return !known_.empty(); }

 private:
  struct Living {
    ProcessKey parent;
    std::shared_ptr<const std::vector<std::string>> argv; ///< of what it last executed; its beginning
    std::string socket; ///< of the engine that it is connected to; empty = of none
    std::shared_ptr<const std::vector<UserRange>>
        users; ///< of the container that it is in, where it has its own
  };
  using Process = std::pair<const ProcessKey, Living>;

  void take(Event &event);
  void translate_users(Event &event) const;
  bool complete(ContainerStart &container, ProcessKey first);
  Recollection ask(const std::string &id) const;
  void link(ContainerStart &container);
  std::vector<ProcessKey> line_of(ProcessKey process) const;
  std::vector<std::string> programs_of(const Process &process) const;
  ProcessKey common_ancestor(const std::vector<const Process *> &processes) const;

  const ContainerStart own_;
  const std::vector<std::string> socket_names_;
  const Recall recall_;
  std::map<ProcessKey, Living> living_;
  std::map<std::string, ContainerStart> known_; ///< by id
  std::vector<std::string> sockets_;            ///< of engines that were connected to; the last one first
  std::set<ProcessKey> anothers_;
};

} // namespace buildprint
