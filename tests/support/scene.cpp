#include "tests/support/scene.hpp"

namespace buildprint {

Scene::Scene(Stage stage) : stage_(std::move(stage)), next_pid_(stage_.first_pid), now_ns_(stage_.first_ns) {
  auto &run = recording_.run;
  run.name = "scene";
  run.cwd = stage_.workspace;
  run.roots = {
      {stage_.workspace, "$WS"}, {stage_.temporary, "$TMP"},          {"/var/tmp", "$TMP"},
      {stage_.home, "$HOME"},    {stage_.home + "/.cache", "$CACHE"}, {stage_.home + "/.npm", "$CACHE/npm"}};
  run.builder_uid = stage_.uid;
  run.hostname = "buildhost-7";
  run.architecture = "x86_64";
  run.kernel = "6.1.0";
  run.resolvers = {"192.0.2.53"};
  run.labels = {{"arch", "x86_64"}, {"os", "debian-12"}};
}

std::string Scene::under(const std::string &root, const std::string &below) {
  return below.empty() ? root : root + '/' + below;
}

Scene::Actor Scene::add(const Process &like) {
  Process process = like;
  process.key = {next_pid_, now_ns_};
  next_pid_ += stage_.pid_step;
  processes_.push_back(std::move(process));
  return {*this, processes_.size() - 1};
}

void Scene::emit(std::size_t index, EventBody body) {
  now_ns_ += stage_.step_ns;
  const auto &process = processes_[index];
  recording_.events.push_back({now_ns_ - stage_.first_ns, process.key, process.credentials, std::move(body)});
}

Scene::Actor Scene::command(const std::string &path, std::vector<std::string> argv) {
  Process main;
  main.credentials = {stage_.uid, stage_.uid, stage_.uid, stage_.uid, 0, 0};
  main.cwd = stage_.workspace;
  auto actor = add(main);
  recording_.run.main_process = actor.key();
  recording_.run.command = argv.empty() ? std::vector{path} : argv;
  actor.exec(path, std::move(argv));
  return actor;
}

Recording Scene::recording() {
  for (std::size_t i = processes_.size(); i-- > 0;)
    if (processes_[i].running) Actor(*this, i).exit();
  recording_.end.duration_ns = now_ns_ - stage_.first_ns;
  return recording_;
}

Scene::Actor Scene::Actor::fork() {
  auto child = scene_->add(Process(scene_->processes_[index_]));
  scene_->emit(index_, Fork{child.key()});
  return child;
}

Scene::Actor &Scene::Actor::exec(const std::string &path, std::vector<std::string> argv) {
  Exec exec;
  exec.exe = exec.invoked = path;
  exec.argv = argv.empty() ? std::vector{path} : std::move(argv);
  exec.mode = 0100755;
  return this->exec(std::move(exec));
}

Scene::Actor &Scene::Actor::exec(Exec exec) {
  const auto &process = scene_->processes_[index_];
  if (exec.cwd.empty()) exec.cwd = process.cwd;
  if (exec.environment.empty()) exec.environment = process.environment;
  return event(std::move(exec));
}

Scene::Actor Scene::Actor::start(const std::string &path, std::vector<std::string> argv) {
  auto child = fork();
  child.exec(path, std::move(argv));
  return child;
}

void Scene::Actor::exit(int status) {
  event(Exit{status << 8});
  scene_->processes_[index_].running = false;
}

Scene::Actor &Scene::Actor::cwd(const std::string &directory) {
  scene_->processes_[index_].cwd = directory;
  return *this;
}

Scene::Actor &Scene::Actor::user(std::uint32_t effective_uid) {
  scene_->processes_[index_].credentials.euid = effective_uid;
  return *this;
}

Scene::Actor &Scene::Actor::environment(const std::string &name, const std::string &value) {
  scene_->processes_[index_].environment.emplace_back(name, value);
  return *this;
}

Scene::Actor &Scene::Actor::connect(const std::string &address, std::uint16_t port, Transport transport) {
  return event(Connect{transport, {address, port}});
}
Scene::Actor &Scene::Actor::connected(const std::string &address, std::uint16_t port, std::int32_t error) {
  return event(ConnectResult{{address, port}, error});
}
Scene::Actor &Scene::Actor::bind(const std::string &address, std::uint16_t port, Transport transport) {
  return event(Bind{transport, {address, port}});
}
Scene::Actor &Scene::Actor::listen(const std::string &address, std::uint16_t port, Transport transport) {
  return event(Listen{transport, {address, port}});
}
Scene::Actor &Scene::Actor::listen_end(const std::string &address, std::uint16_t port) {
  return event(ListenEnd{{address, port}});
}
Scene::Actor &Scene::Actor::unix_connect(const std::string &path) {
  return event(UnixConnect{path});
}
Scene::Actor &Scene::Actor::unix_listen(const std::string &path) {
  return event(UnixListen{path});
}

Scene::Actor &Scene::Actor::answer(const std::string &name, std::vector<std::string> addresses,
                                   const std::string &resolver) {
  const bool v6 = !addresses.empty() && addresses.front().find(':') != std::string::npos;
  const auto &by = resolver.empty() ? scene_->recording_.run.resolvers.front() : resolver;
  return event(
      NameAnswer{NameSource::dns, name, v6 ? "AAAA" : "A", std::move(addresses), {by, 53}, Transport::udp});
}

Scene::Actor &Scene::Actor::file(FileAccess access, const std::string &path, bool tracked,
                                 const std::string &target) {
  return event(FileUse{access, path, {}, tracked, target});
}
Scene::Actor &Scene::Actor::read(const std::string &path) {
  return file(FileAccess::read, path);
}
Scene::Actor &Scene::Actor::write(const std::string &path, bool tracked) {
  return file(FileAccess::write, path, tracked);
}
Scene::Actor &Scene::Actor::create(const std::string &path) {
  return file(FileAccess::create, path);
}
Scene::Actor &Scene::Actor::remove(const std::string &path) {
  return file(FileAccess::remove, path);
}
Scene::Actor &Scene::Actor::rename(const std::string &from, const std::string &to) {
  return file(FileAccess::rename_to, to, false, from);
}

Scene::Actor &Scene::Actor::inspect(const std::string &how, const Actor &target,
                                    const std::string &target_exe) {
  return event(Inspect{how, target.key(), target_exe});
}
Scene::Actor &Scene::Actor::kernel(const std::string &operation, const std::string &detail) {
  return event(KernelUse{operation, detail});
}
Scene::Actor &Scene::Actor::event(EventBody body) {
  scene_->emit(index_, std::move(body));
  return *this;
}

ProcessKey Scene::Actor::key() const {
  return scene_->processes_[index_].key;
}

} // namespace buildprint
