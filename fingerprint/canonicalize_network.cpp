#include <algorithm>

#include "fingerprint/canonicalizer_state.hpp"
#include "fingerprint/volume.hpp"

namespace buildprint {

void Canonicalizer::State::on(const Connect &connect, const Event &event, Process &process) {
  if (process.node != k_no_program_yet) network.connect(actor(event, process), connect, event.time_ns);
}

void Canonicalizer::State::on(const ConnectResult &result, const Event &event, Process &process) {
  network.connect_result(actor(event, process), result);
}

void Canonicalizer::State::on(const Bind &bind, const Event &event, Process &process) {
  network.bind(actor(event, process), bind, event.time_ns);
}

void Canonicalizer::State::on(const Listen &listen, const Event &event, Process &process) {
  network.listen(actor(event, process), listen, event.time_ns);
}

void Canonicalizer::State::on(const ListenEnd &end, const Event &, Process &) {
  network.listen_end(end);
}

void Canonicalizer::State::on(const NameAnswer &answer, const Event &event, Process &process) {
  Trace trace;
  const auto name = network.answer(actor(event, process), answer, &trace);
  if (!name.empty()) record(Kind::resolve, event, process, name, answer.name, trace);
}

std::string Canonicalizer::State::passing_name(const std::string &raw, const Event &event,
                                               const Process &process, Trace *trace) const {
  auto path = namer.path(raw, false, context(process), trace);
  if (!rules.daemons.find(path).empty()) return path;
  return without_own_pids(
      path, [&](std::uint64_t pid) { return is_own_pid(pid, event.actor, process); }, trace);
}

void Canonicalizer::State::on(const UnixConnect &connect, const Event &event, Process &process) {
  Trace trace;
  const auto path = passing_name(connect.path, event, process, &trace);
  network.unix_connect(actor(event, process), connect.path, path, event.time_ns, trace);
}

void Canonicalizer::State::on(const UnixListen &listen, const Event &event, Process &process) {
  Trace trace;
  const auto path = passing_name(listen.path, event, process, &trace);
  network.unix_listen(actor(event, process), listen.path);
  object::UnixSocket socket{"@"};
  if (!listen.path.starts_with('@')) {
    const auto root = path.substr(0, path.find('/'));
    socket.path = path.starts_with("$HOME") || !path.starts_with('$') ? path : root;
  }
  const Object object = socket;
  note(&trace, "R13", path, object.text());
  record(Kind::listen, event, process, object, listen.path, trace);
}

void Canonicalizer::State::on(const Volume &volume, const Event &event, Process &process) {
  network.volume(actor(event, process), volume);
}

/// Something that was there before the recording, and that works for whoever connects: a daemon at its known
/// socket, or whatever has a port of this machine (a Gradle daemon, sccache's server).
bool Canonicalizer::State::is_unseen_helper(const Network::Found &found) const {
  if (found.kind != Kind::connect) return false;
  if (const auto *daemon = found.object.as<object::DaemonSocket>())
    return !was_followed(daemon->path, found.actor.node);
  const auto *to = found.object.as<object::LoopbackPort>();
  return to != nullptr && found.established && to->protocol == "tcp" &&
         to->port.kind == object::Port::Kind::number;
}

void Canonicalizer::State::add_volume(const Network::Found &found) {
  if (found.sent == 0 && found.received == 0) return;
  if (found.object.is<object::LoopbackProgram>() || found.object.is<object::LoopbackPort>())
    return; // a test's own traffic
  auto &[sent, received] = volumes[{graph.program_of(found.actor.node), found.object}];
  sent += found.sent;
  received += found.received;
}

void Canonicalizer::State::name_network() {
  for (auto &found : network.finish(rules)) {
    if (found.actor.node == k_no_program_yet) continue;
    auto &entry = table.add(found.kind, found.actor, objects.add(found.object), found.seen.first_ns);
    entry.seen.count += found.seen.count - 1;
    entry.seen.last_ns = std::max(entry.seen.last_ns, found.seen.last_ns);
    for (const auto &raw : found.seen.raw) entry.seen.show(raw);
    if (entry.rewrites.empty()) entry.rewrites = std::move(found.rewrites);
    add_volume(found);
    const auto *host = found.object.as<object::Host>();
    if (host != nullptr && is_claimed(*host))
      gaps.insert("whom " + graph.program_of(found.actor.node).text() +
                  " reaches by names that only it told: the resolver's answer was not seen");
    if (is_unseen_helper(found))
      gaps.insert("what " + found.object.text() + " does on behalf of " +
                  graph.program_of(found.actor.node).text());
  }
  for (const auto &[key, bytes] : volumes) {
    const auto &[program, peer] = key;
    attributes.insert({program.text(), "sent:" + peer.text(), volume_text(bytes.first)});
    attributes.insert({program.text(), "received:" + peer.text(), volume_text(bytes.second)});
  }
}

} // namespace buildprint
