#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "fingerprint/canonicalizer_state.hpp"

namespace buildprint {
namespace {

/// "ghcr.io/shop/api" of "ghcr.io/shop/api:1.3@sha256:…", and "1.3".
std::pair<std::string, std::string> image_and_tag(std::string_view image) {
  if (image.starts_with("sha256:")) return {"<hash>", {}}; // one that has no name
  image = image.substr(0, image.find('@'));
  const auto colon = image.rfind(':');
  if (colon == std::string_view::npos || image.find('/', colon) != std::string_view::npos)
    return {without_hashes(escape_name(image), nullptr), {}};
  return {without_hashes(escape_name(image.substr(0, colon)), nullptr), std::string(image.substr(colon + 1))};
}

/// How sure it is whose a container is.
std::string_view confidence_of(std::string_view linked_by) {
  if (linked_by == "only-asker" || linked_by == "arguments" || linked_by == "alike-askers") return "likely";
  const bool open = linked_by == "several-askers" || linked_by == "no-asker" || linked_by == "others-ask";
  return open ? "not certain" : "certain";
}

/// The engines, by their names in the rules' list of daemons.
bool is_engine(std::string_view daemon) {
  return daemon == "docker" || daemon == "podman" || daemon == "containerd" || daemon == "crio";
}

struct RuntimeProgram {
  std::string_view path;
  RuntimeRole role;
};
constexpr RuntimeProgram k_runtime_programs[]{
    {"/usr/bin/podman", RuntimeRole::engine},
    {"/usr/bin/buildah", RuntimeRole::engine},
    {"/usr/bin/containerd", RuntimeRole::engine},
    {"/usr/bin/dockerd", RuntimeRole::engine},
    {"/usr/sbin/dockerd", RuntimeRole::engine},
    {"/usr/bin/conmon", RuntimeRole::monitor},
    {"/usr/libexec/podman/conmon", RuntimeRole::monitor},
    {"/usr/bin/containerd-shim-runc-v2", RuntimeRole::shim},
    {"/usr/bin/crun", RuntimeRole::runtime},
    {"/usr/bin/runc", RuntimeRole::runtime},
    {"/usr/sbin/runc", RuntimeRole::runtime},
};

RuntimeRole role_of(const Exec &exec) {
  if (!is_system_program(exec)) return RuntimeRole::none;
  const auto *row = std::ranges::find(k_runtime_programs, std::string_view(exec.exe), &RuntimeProgram::path);
  return row == std::end(k_runtime_programs) ? RuntimeRole::none : row->role;
}

/// `podman [OPTIONS] container cleanup …`, with which conmon ends a container: it does what `podman run` does
/// at the same time, and which of the two is first is chance. Podman itself reads the words, so they can be
/// believed.
bool is_clean_up(const std::vector<std::string> &argv, const VerbTool &podman) {
  std::size_t at = 1;
  while (at < argv.size() && argv[at].starts_with("--")) {
    const bool valued = std::ranges::count(podman.valued_options, argv[at]) != 0;
    if (!valued && argv[at].find('=') == std::string::npos && argv[at] != "--syslog") return false;
    at += valued ? 2 : 1;
  }
  return at + 1 < argv.size() && argv[at] == "container" && argv[at + 1] == "cleanup";
}

/// Whom an engine, a monitor and a shim start on the way to a container, and when it has ended. Whatever a
/// runtime starts is a hook.
bool starts_frame(RuntimeRole role, RuntimeRole next) {
  const bool runs = next == RuntimeRole::runtime;
  switch (role) {
  case RuntimeRole::engine:
    return runs || next == RuntimeRole::monitor || next == RuntimeRole::shim;
  case RuntimeRole::monitor:
    return runs || next == RuntimeRole::engine;
  case RuntimeRole::shim:
    return runs || next == RuntimeRole::shim;
  default:
    return false;
  }
}

/// Frames execute themselves anew: the same file, whatever path leads to it, or what a runtime has copied
/// into memory or laid under a mount of its own (runc from 1.2 on: an overlay, in which a file keeps its
/// inode's number). Only its own doing counts: neither names nor arguments tell its copy from a hook, nor on
/// btrfs the inode, whose subvolumes number their files anew under one device.
bool is_itself(const Exec &exec, const Process &process) {
  const bool copied = exec.self_made && process.role == RuntimeRole::runtime;
  if (exec.memory_only) return copied;
  if (!only_root_may_write(exec) || exec.file == FileIdentity{}) return false;
  return exec.file == process.file || (copied && exec.file.inode == process.file.inode);
}

} // namespace

/// The first process of a container has no parent that is followed, unless its runtime was.
void Canonicalizer::State::begin(const ContainerStart &container, ProcessKey key) {
  if (graph.find(key) != nullptr) return;
  Process first;
  first.parent = container.asked_by;
  graph.start(key, first);
}

/// Between `podman run` and the container's program stand conmon and runc, or crun. What else these start is
/// a program like any other, and so are they with code that somebody else has them load.
void Canonicalizer::State::follow_runtime(const Exec &exec, Process &process) const {
  const bool itself = process.frame && is_itself(exec, process);
  const auto role = itself ? process.role : role_of(exec);
  process.frame = (itself || starts_frame(process.role, role)) && !injects_anew(exec, process);
  if (role == RuntimeRole::engine && process.frame)
    process.frame = is_clean_up(exec.argv, *rules.verb_tool("podman"));
  process.role = process.frame || role == RuntimeRole::engine ? role : RuntimeRole::none;
  process.file = exec.file;
}

void Canonicalizer::State::on(const ContainerStart &container, const Event &event, Process &process) {
  auto [image, tag] = image_and_tag(container.image);
  if (image.empty()) image = "<unknown>";
  const Program program(ProgramParts{ProgramParts::Kind::container, image, {}, {}});
  const auto &element = program.text();
  process.frame = false;
  process.role = RuntimeRole::none;
  NodeId above = process.node;
  if (const Process *asked_by = graph.find(container.asked_by)) above = asked_by->node;
  process.node = graph.child(above, graph.add_program(program, 0));
  if (!tag.empty()) attributes.insert({element, "version", tag});
  if (event.credentials.user_namespace != 0) attributes.insert({element, "users", "of a user namespace"});
  if (!container.service.empty())
    attributes.insert({element, "service", escape_sentinels(container.service)});
  attributes.insert({element, "linked", std::string(confidence_of(container.linked_by))});
  if (container.linked_by == "several-askers") gaps.insert("which of several programs asked for " + element);
  if (container.linked_by == "no-asker") gaps.insert("which program asked for " + element);
  if (container.linked_by == "others-ask") gaps.insert("whether " + element + " is this recording's");
  network.container(image, container);
  if (container.linked_by != "several-askers" && container.linked_by != "others-ask") answered.insert(above);
  table.add(Kind::exec, actor(event, process), 0, event.time_ns).seen.show(container.image);
}

/// What an engine does for a program is not hidden where the containers that came of it were followed.
bool Canonicalizer::State::was_followed(const std::string &socket, NodeId node) const {
  return answered.contains(node) && is_engine(rules.daemons.find(socket));
}

} // namespace buildprint
