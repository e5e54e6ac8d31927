#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recorder/container_engine.hpp"
#include "recorder/record.hpp"
#include "recorder/run_info.hpp"

namespace buildprint {

/// A container to record: one of an image, made for it, or one that runs.
struct ContainerQuestion {
  std::string engine;               ///< "docker", "podman"; empty: what is installed
  std::string image;                ///< of the container to make
  std::vector<std::string> options; ///< for the engine, as `docker create` takes them
  std::string running;              ///< or the container that runs: its name or id
  bool asks() const { return !image.empty() || !running.empty(); }
};

/// "shop" of "ghcr.io/acme/shop:1.3".
std::string short_name(std::string_view image);

struct ContainerUser {
  std::string name, home;
};
using ContainerUsers = std::map<std::uint32_t, ContainerUser>;

/// /etc/passwd of a container.
ContainerUsers parse_passwd(std::string_view content);

/// The uid of "", "app", "1000", "1000:1000".
std::uint32_t uid_of(const std::string &user, const ContainerUsers &users);

/// What a container's run is called by: this machine's architecture, not its system, and what the user gave.
std::map<std::string, std::string> container_labels(const RunQuestion &question, const Identity &identity);

/// What is known before a container runs, with the directories and the user that are inside it.
RunInfo describe_container(const RunQuestion &question, const Identity &identity,
                           const ContainerDetails &container, const ContainerUsers &users);

class RecordedContainer {
 public:
  /// Makes the container, or finds the one that runs. Throws Error.
  RecordedContainer(const ContainerQuestion &question, const RunQuestion &run, const Identity &identity);
  /// Removes what it made.
  ~RecordedContainer();
  RecordedContainer(const RecordedContainer &) = delete;
  RecordedContainer &operator=(const RecordedContainer &) = delete;

  const RunInfo &run() const { return run_; }
  /// Completes the options: what to follow, what to start, how to look things up.
  void prepare(RecordOptions &options) const;
  /// How a container that was made ended, after its recording. Throws Error when nothing of it was seen.
  void conclude(Recorded &recorded) const;

 private:
  ContainerEngine engine_;
  ContainerDetails container_;
  ContainerUsers users_;
  RunInfo run_;
  bool made_ = false;
};

} // namespace buildprint
