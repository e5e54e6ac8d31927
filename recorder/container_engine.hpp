#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "recorder/identity.hpp"

namespace buildprint {

/// What an engine tells of a container, printable.
struct ContainerDetails {
  std::string id; ///< whole: 64 digits
  std::string image, name, service, hostname, user, working_directory;
  std::vector<std::string> command, environment, resolvers;
  std::vector<std::pair<std::string, std::string>> mounts; ///< the directory here, and in the container
  std::vector<std::string> addresses, published;           ///< while it runs; as in ContainerStart
  bool interactive = false;                                ///< it reads its standard input
  bool running = false, was_started = false;
  int exit_code = 0;
  std::string error; ///< why it could not be started
};

/// What an engine says of a container that may be gone already.
struct Recollection {
  bool answers = false; ///< without details: it has no such container
  std::optional<ContainerDetails> details;
};

/// Docker's or Podman's command line, run as the command's user: the engine's own rules say what that user
/// may.
class ContainerEngine {
 public:
  /// `program` is "docker" or "podman"; empty: the first of them that is installed. Throws Error.
  ContainerEngine(const std::string &program, const Identity &identity);
  /// The same engine's program, that talks to the engine at `socket`.
  ContainerEngine at(const std::string &socket) const;

  /// Makes a container, pulls its image where it is not here, starts nothing. Returns its id. Throws Error.
  std::string create(const std::vector<std::string> &options, const std::string &image,
                     const std::vector<std::string> &command) const;
  /// Throws Error for a container that there is not.
  ContainerDetails inspect(const std::string &container) const;
  /// Of one that is gone, what the engine remembers of its making.
  Recollection recall(const std::string &id) const;
  /// Of a file in a container, running or not; empty when there is none.
  std::string file_content(const std::string &container, const std::string &path) const;
  /// The command that starts a container, is its standard streams and ends with its status.
  std::vector<std::string> start_command(const ContainerDetails &container) const;
  void remove(const std::string &container) const;

  const std::string &program() const { return words_.front(); }

 private:
  std::vector<std::string> words_; ///< what every command line begins with
  Identity identity_;
};

/// From the output of `inspect` in the engine's format; nullopt when it is not that.
std::optional<ContainerDetails> parse_container_details(std::string_view text);

/// The content of the only file of a tar archive.
std::string content_of_tar(std::string_view archive);

} // namespace buildprint
