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
    return {without_hashes(escape_sentinels(image), nullptr), {}};
  return {without_hashes(escape_sentinels(image.substr(0, colon)), nullptr),
          std::string(image.substr(colon + 1))};
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

constexpr std::array<std::string_view, 5> k_engines{
    "/usr/bin/podman", "/usr/bin/buildah", "/usr/bin/containerd", "/usr/bin/dockerd", "/usr/sbin/dockerd"};
constexpr std::array<std::string_view, 6> k_runtimes{"/usr/bin/conmon", "/usr/libexec/podman/conmon",
                                                     "/usr/bin/crun",   "/usr/bin/runc",
                                                     "/usr/sbin/runc",  "/usr/bin/containerd-shim-runc-v2"};

bool starts_with_any(std::string_view text, const auto &prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return text.starts_with(prefix); });
}

bool contains(const auto &list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

} // namespace

/// The first process of a container has no parent that is followed, unless its runtime was.
void Canonicalizer::State::begin(const ContainerStart &container, ProcessKey key) {
  if (graph.find(key) != nullptr) return;
  Process first;
  first.parent = container.asked_by;
  graph.start(key, first);
}

/// Between `podman run` and the container's program stand conmon and runc, or crun, which execute themselves
/// anew, from memory too. What else they start (a hook) is a program like any other.
bool Canonicalizer::State::is_runtime(const Exec &exec, const Process &process) const {
  const bool engine = starts_with_any(graph.program_of(process.node), k_engines);
  if (!engine && !process.runtime) return false;
  const bool anew = exec.memory_only || exec.exe == "/" || starts_with_any(exec.exe, k_engines);
  return contains(k_runtimes, exec.exe) || (process.runtime && anew);
}

void Canonicalizer::State::on(const ContainerStart &container, const Event &event, Process &process) {
  auto [image, tag] = image_and_tag(container.image);
  if (image.empty()) image = "<unknown>";
  const auto element = "container:" + image;
  process.runtime = false;
  NodeId above = process.node;
  if (const Process *asked_by = graph.find(container.asked_by)) above = asked_by->node;
  process.node = graph.child(above, graph.add_program(element, 0));
  if (!tag.empty()) attributes.insert({element, "version", tag});
  if (event.credentials.user_namespace != 0) attributes.insert({element, "users", "of a user namespace"});
  if (!container.service.empty())
    attributes.insert({element, "service", escape_sentinels(container.service)});
  attributes.insert({element, "linked", std::string(confidence_of(container.linked_by))});
  if (container.linked_by == "several-askers") gaps.insert("which of several programs asked for " + element);
  if (container.linked_by == "no-asker") gaps.insert("which program asked for " + element);
  if (container.linked_by == "others-ask") gaps.insert("whether " + element + " is this recording's");
  network.container(element, container);
  if (container.linked_by != "several-askers" && container.linked_by != "others-ask") answered.insert(above);
  table.add(Kind::exec, actor(event, process), 0, event.time_ns).seen.show(container.image);
}

/// What an engine does for a program is not hidden where the containers that came of it were followed.
bool Canonicalizer::State::was_followed(const std::string &socket, NodeId node) const {
  return answered.contains(node) && is_engine(rules.daemons.find(socket));
}

} // namespace buildprint
