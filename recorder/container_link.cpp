#include "recorder/container_link.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace buildprint {
namespace {

std::string base_name(const std::string &path) {
  return path.substr(path.rfind('/') + 1);
}

using Arguments = std::vector<std::string>;

/// An image, or a container's name, comes early in a command line.
std::shared_ptr<const Arguments> beginning_of(const Arguments &argv) {
  constexpr std::ptrdiff_t k_kept = 64;
  const auto size = std::min<std::ptrdiff_t>(std::ssize(argv), k_kept);
  return std::make_shared<const Arguments>(argv.begin(), argv.begin() + size);
}

bool names(const std::shared_ptr<const Arguments> &argv, const std::string &word) {
  return argv && !word.empty() && std::find(argv->begin(), argv->end(), word) != argv->end();
}

/// Each costs a question for every new container. Where there are as many, some may have been forgotten.
constexpr std::size_t k_most_sockets = 8;

} // namespace

std::vector<std::string> engine_socket_names(const std::vector<std::string> &environment) {
  std::vector<std::string> names{"docker.sock", "podman.sock", "containerd.sock", "buildkitd.sock",
                                 "crio.sock"};
  for (const auto &entry : environment)
    for (const char *variable : {"DOCKER_HOST=unix://", "CONTAINER_HOST=unix://"})
      if (entry.starts_with(variable)) names.push_back(base_name(entry));
  return names;
}

bool is_the_machines(const std::string &socket, const std::vector<std::string> &environment) {
  if (socket.empty() || (socket.starts_with("/run/") && !socket.starts_with("/run/user/")) ||
      socket.starts_with("/var/run/"))
    return true;
  return std::any_of(environment.begin(), environment.end(), [&](const std::string &entry) {
    return entry == "DOCKER_HOST=unix://" + socket || entry == "CONTAINER_HOST=unix://" + socket;
  });
}

std::function<Recollection(const std::string &socket, const std::string &id)>
recall_from_engines(const Identity &identity) {
  // Found once: a container may be gone before a second program has started.
  const auto found = std::make_shared<std::map<std::string, ContainerEngine>>();
  return [identity, found](const std::string &socket, const std::string &id) -> Recollection {
    for (const char *silent : {"containerd.sock", "buildkitd.sock", "crio.sock"})
      if (base_name(socket) == silent) return {}; // they have no command line like Docker's
    const std::string program = socket.empty() || socket.find("podman") != socket.npos ? "podman" : "";
    try {
      auto engine = found->find(program);
      if (engine == found->end()) engine = found->emplace(program, ContainerEngine(program, identity)).first;
      auto told = socket.empty() ? engine->second.recall(id) : engine->second.at(socket).recall(id);
      told.answers = told.answers && is_the_machines(socket, identity.environment);
      return told;
    } catch (const Error &) {
      return {}; // no engine's program is installed
    }
  };
}

std::uint32_t uid_inside(std::uint32_t uid, const std::vector<UserRange> &users) {
  for (const auto &range : users)
    if (uid - range.outside < range.count) return range.inside + (uid - range.outside);
  return uid;
}

bool ContainerLinker::add(Event &event) {
  if (is_anothers(event.actor)) {
    if (const auto *fork = std::get_if<Fork>(&event.body)) anothers_.insert(fork->child);
    if (std::holds_alternative<Exit>(event.body)) anothers_.erase(event.actor);
    return false;
  }
  auto *container = std::get_if<ContainerStart>(&event.body);
  if (container != nullptr && !complete(*container, event.actor)) {
    anothers_.insert(event.actor);
    return false;
  }
  translate_users(event);
  take(event);
  return true;
}

void ContainerLinker::translate_users(Event &event) const {
  const auto process = living_.find(event.actor);
  if (process == living_.end() || !process->second.users) return;
  event.credentials.ruid = uid_inside(event.credentials.ruid, *process->second.users);
  event.credentials.euid = uid_inside(event.credentials.euid, *process->second.users);
  if (auto *exec = std::get_if<Exec>(&event.body))
    exec->owner = uid_inside(exec->owner, *process->second.users);
}

void ContainerLinker::take(Event &event) {
  if (const auto *fork = std::get_if<Fork>(&event.body)) {
    const auto &parent = living_[event.actor];
    living_[fork->child] = {event.actor, parent.argv, {}, parent.users};
  } else if (const auto *exec = std::get_if<Exec>(&event.body)) {
    living_[event.actor].argv = beginning_of(exec->argv);
  } else if (std::holds_alternative<Exit>(event.body)) {
    living_.erase(event.actor);
  } else if (const auto *connect = std::get_if<UnixConnect>(&event.body)) {
    if (std::find(socket_names_.begin(), socket_names_.end(), base_name(connect->path)) !=
        socket_names_.end()) {
      living_[event.actor].socket = connect->path;
      std::erase(sockets_, connect->path);
      sockets_.insert(sockets_.begin(), connect->path);
      if (sockets_.size() > k_most_sockets) sockets_.pop_back();
    }
  }
}

/// Of the engines that were connected to. They answer when all do.
Recollection ContainerLinker::ask(const std::string &id) const {
  bool all_answer = recall_ && !sockets_.empty() && sockets_.size() < k_most_sockets;
  for (const auto &socket : sockets_) {
    auto told = recall_ ? recall_(socket, id) : Recollection{};
    if (told.details) return told;
    all_answer = all_answer && told.answers;
  }
  return {all_answer, {}};
}

bool ContainerLinker::complete(ContainerStart &container, ProcessKey first) {
  auto users = std::make_shared<const std::vector<UserRange>>(std::exchange(container.users, {}));
  if (container.id == own_.id) {
    container = own_;
  } else if (const auto known = known_.find(container.id); known != known_.end()) {
    container = known->second; // another process enters it
  } else {
    const bool open = container.linked_by.empty() || container.linked_by == "others-ask";
    const auto told =
        container.linked_by == "descent" && recall_ ? recall_("", container.id) : ask(container.id);
    if (open && told.answers && !told.details) return false;
    if (told.details) {
      container.image = told.details->image;
      container.name = told.details->name;
      container.service = told.details->service;
      container.addresses = told.details->addresses;
      container.published = told.details->published;
    }
    const bool others_ask = !container.linked_by.empty();
    if (open) link(container);
    if (open && others_ask) container.linked_by = "others-ask";
  }
  known_.try_emplace(container.id, container);
  auto &process = living_.try_emplace(first, Living{container.asked_by, {}, {}, {}}).first->second;
  process.users = users->empty() ? nullptr : std::move(users);
  return true;
}

void ContainerLinker::link(ContainerStart &container) {
  std::vector<const Process *> askers, naming;
  for (const auto &process : living_) {
    if (process.second.socket.empty()) continue;
    askers.push_back(&process);
    const auto &argv = process.second.argv;
    if (names(argv, container.image) || names(argv, container.name) || names(argv, container.service))
      naming.push_back(&process);
  }
  if (askers.size() == 1) {
    container.linked_by = "only-asker";
    container.asked_by = askers.front()->first;
  } else if (naming.size() == 1) {
    container.linked_by = "arguments";
    container.asked_by = naming.front()->first;
  } else if (!askers.empty()) {
    const auto &candidates = naming.empty() ? askers : naming;
    const bool alike = std::all_of(candidates.begin(), candidates.end(), [&](const Process *process) {
      return programs_of(*process) == programs_of(*candidates.front());
    });
    container.linked_by = alike ? "alike-askers" : "several-askers";
    container.asked_by = alike ? candidates.front()->first : common_ancestor(candidates);
  } else {
    container.linked_by = "no-asker";
  }
}

/// From the oldest ancestor that lives.
std::vector<ProcessKey> ContainerLinker::line_of(ProcessKey process) const {
  std::vector<ProcessKey> line;
  for (auto at = living_.find(process); at != living_.end(); at = living_.find(at->second.parent))
    line.push_back(at->first);
  std::reverse(line.begin(), line.end());
  return line;
}

/// "docker run" and what is above it, roughly as a lineage would show it.
std::vector<std::string> ContainerLinker::programs_of(const Process &process) const {
  std::vector<std::string> programs;
  for (const auto key : line_of(process.first)) {
    const auto &argv = living_.at(key).argv;
    if (!argv || argv->empty()) continue;
    auto program = argv->front() + (argv->size() > 1 ? ' ' + (*argv)[1] : "");
    if (programs.empty() || programs.back() != program) programs.push_back(std::move(program));
  }
  return programs;
}

ProcessKey ContainerLinker::common_ancestor(const std::vector<const Process *> &processes) const {
  auto common = line_of(processes.front()->first);
  for (const auto *process : processes) {
    const auto line = line_of(process->first);
    common.erase(std::mismatch(common.begin(), common.end(), line.begin(), line.end()).first, common.end());
  }
  return common.empty() ? ProcessKey{} : common.back();
}

} // namespace buildprint
