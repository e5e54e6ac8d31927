#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "recorder/recording.hpp"

namespace buildprint {

/// Where a scene plays. Nothing of it may show in a fingerprint.
struct Stage {
  std::string workspace = "/home/ann/src/shop", home = "/home/ann", temporary = "/tmp";
  std::uint32_t uid = 1000;
  std::uint32_t first_pid = 100, pid_step = 1;
  std::uint64_t first_ns = 1'000'000, step_ns = 1'000;
};

/// A recording in memory, told as a story:
///
///   Scene scene;
///   auto make = scene.command("/usr/bin/make", {"make", "-j2"});
///   auto gcc = make.start("/usr/bin/gcc", {"gcc", "-c", "a.c"});
///   gcc.connect("203.0.113.9", 443);
///   canonicalize(scene.recording(), builtin_rules());
///
/// Who still runs at the end exits then, last started first.
class Scene {
 public:
  /// One process of the scene; a cheap handle into it.
  class Actor {
   public:
    Actor fork();
    /// Becomes the program at `path`; `argv` defaults to its path alone.
    Actor &exec(const std::string &path, std::vector<std::string> argv = {});
    Actor &exec(Exec exec);
    /// fork() and exec() of the child, which it returns.
    Actor start(const std::string &path, std::vector<std::string> argv = {});
    void exit(int status = 0);

    // For what follows.
    Actor &cwd(const std::string &directory);
    Actor &user(std::uint32_t effective_uid);
    Actor &environment(const std::string &name, const std::string &value);

    Actor &connect(const std::string &address, std::uint16_t port, Transport transport = Transport::tcp);
    Actor &connected(const std::string &address, std::uint16_t port, std::int32_t error = 0);
    Actor &bind(const std::string &address, std::uint16_t port, Transport transport = Transport::tcp);
    Actor &listen(const std::string &address, std::uint16_t port, Transport transport = Transport::tcp);
    Actor &listen_end(const std::string &address, std::uint16_t port);
    Actor &unix_connect(const std::string &path);
    Actor &unix_listen(const std::string &path);
    /// A reply of the system's resolver, or of `resolver`.
    Actor &answer(const std::string &name, std::vector<std::string> addresses,
                  const std::string &resolver = "");
    Actor &read(const std::string &path);
    Actor &write(const std::string &path, bool tracked = false);
    Actor &create(const std::string &path);
    Actor &remove(const std::string &path);
    Actor &rename(const std::string &from, const std::string &to);
    Actor &inspect(const std::string &how, const Actor &target, const std::string &target_exe = "");
    Actor &kernel(const std::string &operation, const std::string &detail = "");
    Actor &event(EventBody body);

    ProcessKey key() const;

   private:
    friend class Scene;
    Actor(Scene &scene, std::size_t index) : scene_(&scene), index_(index) {}
    Actor &file(FileAccess access, const std::string &path, bool tracked = false,
                const std::string &target = "");
    Scene *scene_;
    std::size_t index_;
  };

  explicit Scene(Stage stage = {});
  Scene(const Scene &) = delete;

  /// The recorded command, its main process having become it.
  Actor command(const std::string &path, std::vector<std::string> argv = {});
  RunInfo &run() { return recording_.run; }
  RunEnd &end() { return recording_.end; }
  /// Paths of the stage.
  std::string workspace(const std::string &below = "") const { return under(stage_.workspace, below); }
  std::string home(const std::string &below = "") const { return under(stage_.home, below); }
  std::string temporary(const std::string &below = "") const { return under(stage_.temporary, below); }

  Recording recording();

 private:
  struct Process {
    ProcessKey key;
    Credentials credentials;
    std::string cwd;
    std::vector<std::pair<std::string, std::string>> environment;
    bool running = true;
  };
  static std::string under(const std::string &root, const std::string &below);
  Actor add(const Process &like);
  void emit(std::size_t index, EventBody body);

  Stage stage_;
  Recording recording_;
  std::vector<Process> processes_;
  std::uint32_t next_pid_;
  std::uint64_t now_ns_;
};

} // namespace buildprint
