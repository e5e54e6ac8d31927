#include <algorithm>
#include <tuple>

#include "fingerprint/network.hpp"

namespace buildprint {
namespace {

/// What a namespace's attempts and listeners are kept by when it is not followed any more; no namespace's
/// cookie.
constexpr std::uint64_t k_folded = UINT64_MAX;

} // namespace

/// A sandbox may make a namespace for each of a million actions. Those that nothing came from for longest are
/// folded: nobody connects to what listened there any more.
void Network::follow(std::uint64_t network) {
  constexpr std::size_t k_most_networks = 1024;
  if (network == 0) return;
  last_used_[network] = ++uses_;
  if (last_used_.size() <= k_most_networks) return;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> by_use;
  for (const auto &[one, use] : last_used_) by_use.emplace_back(use, one);
  std::sort(by_use.begin(), by_use.end());
  by_use.resize(k_most_networks / 2);
  for (const auto &[use, one] : by_use) {
    fold(one);
    last_used_.erase(one);
  }
}

void Network::fold(std::uint64_t network) {
  const auto first = Port{network, {}, 0}, end = Port{network + 1, {}, 0};
  const auto erase = [](auto &map, const auto &from, const auto &to) {
    map.erase(map.lower_bound(from), map.lower_bound(to));
  };
  const Place first_place{first, {}, false}, end_place{end, {}, false};
  for (auto place = waiting_.lower_bound(first_place), last = waiting_.lower_bound(end_place); place != last;
       ++place)
    for (auto attempt : place->second) fold(attempt);
  for (auto next = listeners_.lower_bound({network, {}, {}, {}}); next != listeners_.end();) {
    const auto listener = (next++)->first;
    if (listener.network != network) break;
    forget_port(listener);
    const auto left = listeners_.extract(listener);
    if (!left) continue;
    auto folded = listener;
    folded.network = k_folded;
    const auto [into, fresh] = listeners_.try_emplace(folded, left.mapped());
    if (fresh) continue;
    into->second.seen.add(left.mapped().seen);
    into->second.closed &= left.mapped().closed;
  }
  erase(waiting_, first_place, end_place);
  erase(last_listeners_, first_place, end_place);
  erase(datagram_owners_, first_place, end_place);
  erase(open_, first, end);
  erase(last_at_port_, first, end);
  erase(bound_, Bound{first, 0, {}, false}, Bound{end, 0, {}, false});
}

void Network::fold(Attempt attempt) {
  const auto before = attempts_.extract(attempt);
  if (!before) return;
  const auto &outcome = before.mapped();
  if (const auto program = last_listener(attempt, outcome); program != 0)
    attempt.settle(program);
  else
    attempt.network = k_folded;
  auto &into = attempts_[attempt];
  into.seen.add(outcome.seen);
  into.established |= outcome.established;
  into.refused |= outcome.refused;
  into.unbound |= outcome.unbound;
}

} // namespace buildprint
