#include "recorder/container.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

/// Docker's own resolver, which a container on a network of the user's asks.
constexpr const char *k_embedded_resolver = "127.0.0.11";

std::optional<std::uint32_t> number_in(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool has(const std::vector<std::string> &environment, std::string_view name) {
  return std::any_of(environment.begin(), environment.end(),
                     [&](const std::string &entry) { return entry.starts_with(name); });
}

int wait_status_of(int exit_code) {
  return exit_code << 8;
}

/// `start_status` is what the engine's program ended with: Podman tells by it, Docker by what it keeps.
ExecFailure explain_start_failure(const ContainerDetails &container, int start_status) {
  constexpr int k_not_executable = 126, k_not_found = 127, k_failed = 125;
  const auto told = container.exit_code != 0 ? container.exit_code : start_status;
  const bool command = told == k_not_executable || told == k_not_found;
  return {"the container did not start" + (container.error.empty() ? "" : ": " + container.error),
          command ? "use a program that exists in the image " + container.image
                  : "the message is the engine's; the same options fail without buildprint",
          command ? told : k_failed};
}

} // namespace

std::string short_name(std::string_view image) {
  image = image.substr(0, image.find('@'));
  image = image.substr(image.rfind('/') + 1);
  return std::string(image.substr(0, image.find(':')));
}

ContainerUsers parse_passwd(std::string_view content) {
  ContainerUsers users;
  for (const auto line : split(content, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() < 6) continue;
    if (const auto uid = number_in(fields[2]))
      users.try_emplace(*uid, ContainerUser{printable(fields[0]), printable(fields[5])});
  }
  return users;
}

std::uint32_t uid_of(const std::string &user, const ContainerUsers &users) {
  const auto name = user.substr(0, user.find(':'));
  for (const auto &[uid, entry] : users)
    if (entry.name == name) return uid;
  return number_in(name).value_or(0);
}

std::map<std::string, std::string> container_labels(const RunQuestion &question, const Identity &identity) {
  auto labels = describe_run({{}, "", fs::path("/"), question.labels}, identity).labels;
  if (!question.labels.contains("os")) labels.erase("os"); // is this machine's
  return labels;
}

RunInfo describe_container(const RunQuestion &question, const Identity &identity,
                           const ContainerDetails &container, const ContainerUsers &users) {
  auto inside = identity;
  inside.environment = container.environment;
  RunInfo run =
      describe_run({{}, question.name.value_or(short_name(container.image)), fs::path("/"), {}}, inside);
  run.labels = container_labels(question, identity);
  run.command = container.command;
  run.cwd = container.working_directory.empty() ? "/" : container.working_directory;
  run.builder_uid = uid_of(container.user, users);
  if (!has(inside.environment, "HOME="))
    if (const auto user = users.find(run.builder_uid); user != users.end())
      inside.environment.push_back("HOME=" + user->second.home);
  const bool one_mount = run.cwd == "/" && container.mounts.size() == 1;
  const auto workspace = one_mount ? container.mounts.front().second : run.cwd;
  run.roots = find_roots_elsewhere(question.workspace.value_or(workspace), inside.environment);
  run.hostname = container.hostname;
  run.resolvers.insert(run.resolvers.end(), container.resolvers.begin(), container.resolvers.end());
  run.resolvers.emplace_back(k_embedded_resolver);
  run.container_image = container.image;
  return run;
}

RecordedContainer::RecordedContainer(const ContainerQuestion &question, const RunQuestion &run,
                                     const Identity &identity)
    : engine_(question.engine, identity) {
  made_ = !question.image.empty();
  const auto name = made_ ? engine_.create(question.options, question.image, run.command) : question.running;
  container_.id = name;
  container_ = engine_.inspect(name);
  if (!made_ && !container_.running)
    throw Error("the container " + printable(name) + " is not running",
                "start it, or record it from its first instruction with --image");
  users_ = parse_passwd(engine_.file_content(container_.id, "/etc/passwd"));
  run_ = describe_container(run, identity, container_, users_);
}

RecordedContainer::~RecordedContainer() {
  try {
    if (made_) engine_.remove(container_.id);
  } catch (const Error &) {
    // The engine keeps it, then; the recording is what matters.
  }
}

void RecordedContainer::prepare(RecordOptions &options) const {
  options.probe.container = container_.id;
  if (!made_) options.probe.linger_ms = 0; // what runs goes on
  options.command = made_ ? engine_.start_command(container_) : std::vector<std::string>{};
  options.own_container = {container_.id,
                           container_.image,
                           container_.name,
                           container_.service,
                           made_ ? "created" : "attached",
                           {},
                           container_.addresses,
                           container_.published};
  options.surroundings.programs = false;
  options.surroundings.user_name = [this](std::uint32_t uid) {
    const auto user = users_.find(uid);
    return user == users_.end() ? "" : user->second.name;
  };
  options.surroundings.trees = container_.mounts;
}

void RecordedContainer::conclude(Recorded &recorded) const {
  if (!made_) return;
  const auto container = engine_.inspect(container_.id);
  if (!container.was_started) {
    recorded.exec_failure = explain_start_failure(container, shell_status(recorded.end.wait_status));
    return;
  }
  // One that goes on was left by its client (Ctrl-C); it is removed now, and that client's status counts.
  if (!container.running) recorded.end.wait_status = wait_status_of(container.exit_code);
  if (!recorded.container_seen)
    throw Error(
        "no process of the container was seen: it runs on another kernel, or in a cgroup without its id",
        "record on the engine's machine, with an engine that uses runc or crun");
}

} // namespace buildprint
