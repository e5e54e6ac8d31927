#include "fingerprint/written_files.hpp"

#include <random>
#include <unordered_map>

#include "tests/catch.hpp"

using namespace buildprint;

TEST_CASE("a table of numbers keeps what was set, also what was forgotten and set again") {
  NumberTable table;
  std::unordered_map<std::uint64_t, std::uint32_t> model;
  std::mt19937_64 random(5);
  std::vector<std::uint64_t> keys;
  for (int i = 0; i < 20'000; ++i) keys.push_back(random());
  CHECK(table.find(keys[0]) == NumberTable::k_none);
  for (int i = 0; i < 200'000; ++i) {
    const auto key = keys[random() % keys.size()];
    const auto number =
        random() % 4 == 0 ? NumberTable::k_none : static_cast<std::uint32_t>(random() % 1000 + 1);
    table.set(key, number);
    model[key] = number;
  }
  table.set(keys[1], NumberTable::k_largest);
  model[keys[1]] = NumberTable::k_largest;
  bool same = true;
  for (const auto key : keys) same = same && table.find(key) == model[key];
  CHECK(same);
}

TEST_CASE("a table of numbers does not grow with what was set and forgotten, and keeps the rest") {
  NumberTable table;
  std::mt19937_64 random(7);
  const auto kept = random();
  table.set(kept, 12);
  for (int i = 0; i < 100'000; ++i) {
    const auto key = random();
    table.set(key, 1);
    table.set(key, NumberTable::k_none);
  }
  CHECK(table.find(kept) == 12);
  CHECK(table.size() <= 2048);
}

TEST_CASE("a file of the workspace is known by up to three writers, through renames, until it is removed") {
  const Roots roots(std::vector<Root>{{"/w", "$WS"}});
  WorkspaceFiles files(roots);
  const auto use = [&](FileAccess access, const std::string &path, NodeId by,
                       const std::string &target = {}) {
    FileUse event;
    event.access = access, event.path = path, event.target = target;
    files.use(event, by);
  };
  using Nodes = std::vector<NodeId>;
  use(FileAccess::create, "/w/a", 7);
  use(FileAccess::write, "/w/a", 7);
  use(FileAccess::read, "/w/a", 9);
  use(FileAccess::create, "/elsewhere", 7);
  CHECK(files.writers("/w/a").nodes == Nodes{7});
  CHECK(files.writers("/w/none").nodes.empty());
  CHECK(files.writers("/elsewhere").nodes.empty());
  use(FileAccess::rename_to, "/w/b", 8, "/w/a");
  CHECK(files.writers("/w/b").nodes == Nodes{7, 8});
  use(FileAccess::write, "/w/b", 9);
  CHECK(files.writers("/w/b").nodes == Nodes{7, 8, 9});
  use(FileAccess::write, "/w/b", 10);
  CHECK(files.writers("/w/b").many); // too many to tell
  CHECK(files.writers("/w/b").nodes.empty());
  use(FileAccess::remove, "/w/a", 7);
  CHECK(files.writers("/w/a").nodes.empty());
}
