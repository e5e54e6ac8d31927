#include "recorder/container_engine.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/error.hpp"
#include "base/text.hpp"
#include "recorder/launcher.hpp"
#include "recorder/run_program.hpp"

namespace buildprint {
namespace {

constexpr char k_field_end = '\x1f', k_item_end = '\x1e', k_half_end = '\x1d';

/// A Go template that both engines take. Marked with control characters, which none of the values may have
/// that matter here; a value that has one moves its own fields, not another container's.
constexpr std::string_view k_format =
    "{{.Id}}\x1f{{.Config.Image}}\x1f{{.Name}}\x1f"
    "{{index .Config.Labels \"com.docker.compose.service\"}}\x1f"
    "{{.Config.Hostname}}\x1f{{.Config.User}}\x1f{{.Config.WorkingDir}}\x1f"
    "{{.Path}}\x1e{{range .Args}}{{.}}\x1e{{end}}\x1f"
    "{{range .Config.Env}}{{.}}\x1e{{end}}\x1f"
    "{{range .HostConfig.Dns}}{{.}}\x1e{{end}}\x1f"
    "{{range .Mounts}}{{.Source}}\x1d{{.Destination}}\x1e{{end}}\x1f"
    "{{.Config.OpenStdin}}\x1f{{.State.Running}}\x1f{{.State.StartedAt}}\x1f"
    "{{.State.ExitCode}}\x1f{{.State.Error}}\x1f"
    "{{range .NetworkSettings.Networks}}{{.IPAddress}}\x1e{{.GlobalIPv6Address}}\x1e{{end}}\x1f"
    "{{range $port, $bindings := .NetworkSettings.Ports}}{{range "
    "$bindings}}{{.HostPort}}={{$port}}\x1e{{end}}{{end}}\x1f";
constexpr std::size_t k_fields = 18;

/// In the middle of a recording: an engine that does not answer must not hold it up.
constexpr std::chrono::seconds k_patience(5);

constexpr int k_no_program = 127; ///< of a program's status, as a shell gives it

/// What the engines keep of events that are over.
constexpr std::string_view k_docker_event =
    "{{.Actor.ID}}\x1f{{index .Actor.Attributes \"image\"}}\x1f{{index .Actor.Attributes \"name\"}}\x1f"
    "{{index .Actor.Attributes \"com.docker.compose.service\"}}\x1f";
constexpr std::string_view k_podman_event = "{{.ID}}\x1f{{.Image}}\x1f{{.Name}}\x1f\x1f";

/// With its fraction: of "0s" Docker's program makes a whole second, and leaves out what was made in it.
std::string now_in_seconds() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%lld.%09ld", static_cast<long long>(now.tv_sec), now.tv_nsec);
  return text.data();
}

std::vector<std::string> items(std::string_view field) {
  std::vector<std::string> found;
  for (const auto item : split(field, k_item_end)) found.push_back(printable(item));
  if (!found.empty() && found.back().empty()) found.pop_back(); // each item ends in a mark
  return found;
}

/// What a template says of a label that there is not.
std::string label(std::string_view value) {
  return value == "<no value>" ? "" : printable(value);
}

std::string without_slash(std::string_view name) {
  return printable(name.starts_with('/') ? name.substr(1) : name);
}

bool starts(std::string_view &text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// The last line that says something, without the words that engines put before it.
std::string last_words(std::string_view errors) {
  std::string_view last;
  for (auto line : split(errors, '\n')) {
    const auto usage = line.starts_with("See '") || line.starts_with("Run '") || line.starts_with("Usage:") ||
                       line.starts_with("Error: failed to start containers");
    if (!line.empty() && !usage) last = line;
  }
  while (starts(last, "Error: ") || starts(last, "Error response from daemon: ") ||
         starts(last, "docker: ")) {
  }
  return printable(last);
}

std::string remedy_for(std::string_view words, const std::string &program) {
  const auto says = [&](std::string_view what) { return words.find(what) != words.npos; };
  if (says("permission denied") && (says("connect") || says("socket")))
    return "join the group " + program + ", or start buildprint with sudo";
  if (says("Cannot connect to") || says("failed to connect to"))
    return "start the engine: sudo systemctl start " + program;
  if (says("No such container") || says("no such container"))
    return program + " ps lists the running containers";
  if (says("flag")) return "options before -- are for buildprint or for `" + program + " create`";
  if (says("name") && says("in use")) return "choose another name, or remove that container";
  return program + " pull, to check that the image is available";
}

Error engine_error(const std::string &what, const ProgramResult &result, const std::string &program) {
  const auto words = last_words(result.errors);
  if (words.empty())
    return Error(what + ": " + program + " exited with status " + std::to_string(result.status));
  return Error(what + ": " + words, remedy_for(words, program));
}

} // namespace

std::optional<ContainerDetails> parse_container_details(std::string_view text) {
  const auto fields = split(text, k_field_end);
  if (fields.size() < k_fields) return std::nullopt;
  ContainerDetails details;
  details.id = printable(fields[0]);
  details.image = printable(fields[1]);
  details.name = without_slash(fields[2]);
  details.service = label(fields[3]);
  details.hostname = printable(fields[4]);
  details.user = printable(fields[5]);
  details.working_directory = printable(fields[6]);
  details.command = items(fields[7]);
  details.environment = items(fields[8]);
  details.resolvers = items(fields[9]);
  for (const auto item : split(fields[10], k_item_end)) {
    const auto half = item.find(k_half_end);
    if (half != item.npos)
      details.mounts.emplace_back(item.substr(0, half), printable(item.substr(half + 1)));
  }
  details.interactive = fields[11] == "true";
  details.running = fields[12] == "true";
  details.was_started = !fields[13].starts_with("0001-");
  std::from_chars(fields[14].data(), fields[14].data() + fields[14].size(), details.exit_code);
  details.error = printable(fields[15]);
  details.addresses = items(fields[16]);
  std::erase(details.addresses, "");
  details.published = items(fields[17]);
  return details;
}

std::string content_of_tar(std::string_view archive) {
  // tar(5): blocks of 512 bytes; the size in octal digits at 124, the type at 156.
  constexpr std::size_t k_block = 512;
  if (archive.size() < k_block || (archive[156] != '0' && archive[156] != '\0')) return {};
  std::size_t size = 0;
  std::from_chars(archive.data() + 124, archive.data() + 135, size, 8);
  return std::string(archive.substr(k_block, size));
}

ContainerEngine::ContainerEngine(const std::string &program, const Identity &identity) : identity_(identity) {
  const std::vector<std::string> candidates =
      program.empty() ? std::vector<std::string>{"docker", "podman"} : std::vector{program};
  for (const auto &candidate : candidates) {
    words_ = {candidate};
    const auto result = run_program({candidate, "--version"}, identity_);
    if (result.status == 0) return;
    if (result.status != k_no_program && !program.empty())
      throw Error(program + " does not work here: " + last_words(result.errors),
                  program + " --version, which fails without buildprint as well");
  }
  throw Error(program.empty() ? "neither docker nor podman is installed" : program + " is not installed",
              "install docker.io or podman, or choose the engine with --engine");
}

ContainerEngine ContainerEngine::at(const std::string &socket) const {
  auto engine = *this;
  const bool podman = program().ends_with("podman");
  engine.words_.insert(engine.words_.end(), {podman ? "--url" : "--host", "unix://" + socket});
  return engine;
}

std::string ContainerEngine::create(const std::vector<std::string> &options, const std::string &image,
                                    const std::vector<std::string> &command) const {
  auto words = words_;
  words.emplace_back("create");
  // It is removed when it has been recorded, and until then asked how it ended.
  std::copy_if(options.begin(), options.end(), std::back_inserter(words),
               [](const std::string &option) { return option != "--rm"; });
  words.push_back(image);
  words.insert(words.end(), command.begin(), command.end());
  const auto result = run_program(words, identity_);
  auto id = result.output;
  while (id.ends_with('\n')) id.pop_back();
  if (result.status == 0 && !id.empty()) return id.substr(id.rfind('\n') + 1);
  throw engine_error("cannot create a container of " + printable(image), result, program());
}

ContainerDetails ContainerEngine::inspect(const std::string &container) const {
  auto words = words_;
  words.insert(words.end(), {"inspect", "--type", "container", "--format", std::string(k_format), container});
  const auto result = run_program(words, identity_, k_patience);
  if (result.status == 0)
    if (auto details = parse_container_details(result.output)) return *details;
  throw engine_error("cannot find the container " + printable(container), result, program());
}

Recollection ContainerEngine::recall(const std::string &id) const {
  try {
    return {true, inspect(id)};
  } catch (const Error &) {
    // It is gone, or that engine is not its own.
  }
  auto words = words_;
  const bool podman = program() == "podman";
  words.insert(words.end(),
               {"events", "--since", "1h", "--filter", "event=create", "--filter", "container=" + id,
                "--format", std::string(podman ? k_podman_event : k_docker_event)});
  if (podman)
    words.emplace_back("--stream=false");
  else
    words.insert(words.end(), {"--until", now_in_seconds()});
  const auto result = run_program(words, identity_, k_patience);
  const auto fields = split(result.output, k_field_end);
  // Podman may keep no events, or where this user cannot read them.
  if (result.status != 0 || fields.size() < 4 || fields[0] != id) return {result.status == 0 && !podman, {}};
  ContainerDetails details;
  details.id = id;
  details.image = printable(fields[1]);
  details.name = printable(fields[2]);
  details.service = label(fields[3]);
  return {true, details};
}

std::string ContainerEngine::file_content(const std::string &container, const std::string &path) const {
  auto words = words_;
  words.insert(words.end(), {"cp", "--follow-link", container + ':' + path, "-"});
  if (program() == "podman") std::erase(words, "--follow-link"); // it always does, and has no such option
  const auto result = run_program(words, identity_);
  return result.status == 0 ? content_of_tar(result.output) : "";
}

std::vector<std::string> ContainerEngine::start_command(const ContainerDetails &container) const {
  auto words = words_;
  words.insert(words.end(), {"start", "--attach"});
  if (container.interactive) words.emplace_back("--interactive");
  words.push_back(container.id);
  return words;
}

void ContainerEngine::remove(const std::string &container) const {
  auto words = words_;
  words.insert(words.end(), {"rm", "--force", "--volumes", container});
  run_program(words, identity_);
}

} // namespace buildprint
