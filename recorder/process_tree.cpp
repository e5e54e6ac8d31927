#include "recorder/process_tree.hpp"

#include <algorithm>

namespace buildprint {

void ProcessTree::add(const Event &event) {
  const auto *fork = std::get_if<Fork>(&event.body);
  const auto *exec = std::get_if<Exec>(&event.body);
  const bool exits = std::holds_alternative<Exit>(event.body);
  if (std::holds_alternative<ContainerStart>(event.body)) { // its runtime was nobody's that is followed
    processes_ += living_.try_emplace(event.actor).second ? 1 : 0;
    return;
  }
  // Sockets and files are closed behind sched_process_exit: what tells of them may come after the exit.
  if (fork == nullptr && exec == nullptr && !exits) return;
  const auto [actor, is_unknown] = living_.try_emplace(event.actor);
  if (is_unknown) ++without_beginning_;
  if (exec != nullptr) actor->second = exec->exe;
  if (fork != nullptr) {
    living_.emplace(fork->child, actor->second);
    ++processes_;
  }
  if (exits) living_.erase(actor);
}

std::vector<ProcessKey> ProcessTree::living_processes() const {
  std::vector<ProcessKey> keys;
  for (const auto &[key, program] : living_) keys.push_back(key);
  return keys;
}

std::string ProcessTree::program(ProcessKey process) const {
  const auto found = living_.find(process);
  return found == living_.end() ? "" : found->second;
}

std::uint64_t ProcessTree::unclosed(std::span<const ProcessKey> still_running) const {
  const auto ended_unseen = std::count_if(living_.begin(), living_.end(), [&](const auto &process) {
    return std::find(still_running.begin(), still_running.end(), process.first) == still_running.end();
  });
  return without_beginning_ + static_cast<std::uint64_t>(ended_unseen);
}

} // namespace buildprint
