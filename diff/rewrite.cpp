#include "diff/rewrite.hpp"

#include <algorithm>

namespace buildprint {
namespace {

std::string replaced(const std::string &name, const Names &names) {
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

/// "203.0.113.7" may become a name, and a name an address.
void rename(object::Host &host, std::string name) {
  if (name == host.name) return;
  using Source = object::Host::Source;
  if (host.source == Source::resolver || host.source == Source::address)
    host.source = is_address(name) ? Source::address : Source::resolver;
  host.name = std::move(name);
}

} // namespace

std::string Rewriter::path(const std::string &path) const {
  const auto &names = renaming_.paths;
  if (names.empty()) return path;
  for (auto end = path.size(); end != std::string::npos && end > 0; end = path.rfind('/', end - 1))
    if (const auto found = names.find(std::string_view(path).substr(0, end)); found != names.end())
      return found->second + path.substr(end);
  return path;
}

std::string Rewriter::host(const std::string &name) const {
  return replaced(name, renaming_.hosts);
}

std::string Rewriter::user(const std::string &user) const {
  return replaced(user, renaming_.users);
}

void Rewriter::rewrite(Writers &writers) {
  for (auto &writer : writers.programs) writer = (*this)(writer);
  std::ranges::sort(writers.programs);
}

Program Rewriter::operator()(const Program &program) {
  if (const auto found = renaming_.programs.find(program); found != renaming_.programs.end())
    return found->second;
  if (const auto found = done_.find(program); found != done_.end()) return found->second;
  auto parts = program.parts();
  parts.path = parts.kind == ProgramParts::Kind::container ? host(parts.path) : path(parts.path);
  rewrite(parts.writers);
  for (auto &argument : parts.arguments) {
    using Argument = ProgramArgument::Kind;
    if (argument.kind == Argument::script || argument.kind == Argument::argument_file)
      argument.text = path(argument.text);
    rewrite(argument.writers);
  }
  Program rewritten(std::move(parts));
  return done_.emplace(program, rewritten == program ? program : std::move(rewritten)).first->second;
}

Lineage Rewriter::operator()(const Lineage &lineage) {
  Lineage rewritten;
  rewritten.reserve(lineage.size());
  for (const auto &program : lineage) rewritten.push_back((*this)(program));
  return rewritten;
}

Object Rewriter::operator()(const Object &object) {
  using namespace object;
  return std::visit(
      overloaded{
          [](const None &) { return Object(); },
          [](const SystemResolver &resolver) { return Object(resolver); },
          [&](Host to) {
            rename(to, host(to.name));
            return Object(std::move(to));
          },
          [&](ContainerPort to) {
            to.image = host(to.image);
            return Object(std::move(to));
          },
          [&](LoopbackProgram to) {
            to.program = (*this)(to.program);
            return Object(std::move(to));
          },
          [](const LoopbackPort &to) { return Object(to); },
          [](const AnyAddress &at) { return Object(at); },
          [&](const UnixSocket &to) { return Object(UnixSocket{path(to.path)}); },
          [&](const UnixProgram &to) { return Object(UnixProgram{(*this)(to.program)}); },
          [&](const DaemonSocket &to) { return Object(DaemonSocket{path(to.path)}); },
          [&](const DnsName &dns) {
            return Object(DnsName{host(dns.name), dns.resolver});
          },
          [&](const ReverseLookup &lookup) { return Object(ReverseLookup{host(lookup.address)}); },
          [&](UserChange change) {
            change.from = user(change.from);
            change.to = user(change.to);
            return Object(std::move(change));
          },
          [&](const Secret &secret) {
            return Object(Secret{secret.name, path(secret.path)});
          },
          [](const InjectingVariable &variable) { return Object(variable); },
          [](const SocketStream &stream) { return Object(stream); },
          [&](const Sink &sink) { return Object(Sink{path(sink.path)}); },
          [&](const TrackedFile &file) { return Object(TrackedFile{path(file.path)}); },
          [](const FileClass &file_class) { return Object(file_class); },
          [&](InspectedProcess process) {
            process.program = (*this)(process.program);
            return Object(std::move(process));
          },
          [&](KernelOperation operation) {
            for (auto &detail : operation.details) detail = path(detail);
            return Object(std::move(operation));
          },
          [](const Other &other) { return Object(other); },
      },
      object.value());
}

std::vector<Behavior> rewrite(const std::vector<Behavior> &behaviors, const Renaming &renaming) {
  Rewriter rewriter(renaming);
  std::vector<Behavior> out = behaviors;
  for (auto &behavior : out) {
    behavior.lineage = rewriter(behavior.lineage);
    behavior.user = rewriter.user(behavior.user);
    behavior.object = rewriter(behavior.object);
  }
  std::erase_if(out, [](const Behavior &behavior) {
    const auto *change = behavior.object.as<object::UserChange>();
    return change != nullptr && change->from == change->to && change->capabilities.empty();
  });
  sort_and_join(out);
  return out;
}

void sort_and_join(std::vector<Behavior> &behaviors) {
  std::stable_sort(behaviors.begin(), behaviors.end(), key_less);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < behaviors.size(); ++i) {
    if (kept > 0 && same_key(behaviors[kept - 1], behaviors[i])) {
      behaviors[kept - 1].seen = std::max(behaviors[kept - 1].seen, behaviors[i].seen);
      continue;
    }
    if (kept != i) behaviors[kept] = std::move(behaviors[i]);
    ++kept;
  }
  behaviors.resize(kept);
}

} // namespace buildprint
