#include "fingerprint/written_files.hpp"

#include <map>
#include <random>
#include <set>
#include <string>
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

namespace {

/// Lineages that write and programs that run, by numbers.
struct Workspace {
  const Roots roots{std::vector<Root>{{"/w", "$WS"}}};
  WorkspaceFiles files{roots};

  void use(FileAccess access, const std::string &path, NodeId by, const std::string &target = {}) {
    FileUse event;
    event.access = access, event.path = path, event.target = target;
    files.use(event, by);
  }
};
using KnownWriters = std::map<std::uint32_t, WorkspaceFiles::Known>;

} // namespace

TEST_CASE("a program of the workspace is known by up to three writers, before and after it ran") {
  Workspace w;
  w.use(FileAccess::create, "/w/a", 7);
  w.use(FileAccess::read, "/w/a", 9);
  w.use(FileAccess::create, "/elsewhere", 7);
  for (const std::string path : {"/w/a", "/w/none", "/elsewhere"}) w.files.ran(path, 1);
  w.files.ran("/w/none", 2);
  CHECK(w.files.writers() == KnownWriters{{1, {{7}, false}}});
  w.use(FileAccess::write, "/w/a", 8);
  w.use(FileAccess::write, "/w/a", 9);
  CHECK(w.files.writers() == KnownWriters{{1, {{7, 8, 9}, false}}});
  w.use(FileAccess::write, "/w/a", 10);
  CHECK(w.files.writers() == KnownWriters{{1, {{}, true}}}); // too many to tell
}

TEST_CASE("a program's writers follow it under a new name, and end with its file") {
  Workspace w;
  w.use(FileAccess::create, "/w/part", 7);
  w.use(FileAccess::create, "/w/tool", 5); // never ran, and is replaced
  w.use(FileAccess::rename_to, "/w/tool", 8, "/w/part");
  w.files.ran("/w/tool", 1);
  w.use(FileAccess::remove, "/w/tool", 7);
  w.use(FileAccess::create, "/w/tool", 9); // another file, that nobody runs
  CHECK(w.files.writers() == KnownWriters{{1, {{7, 8}, false}}});
  w.use(FileAccess::create, "/w/part", 6); // what bore that name before has left it
  w.files.ran("/w/part", 2);
  w.use(FileAccess::rename_to, "/elsewhere", 6, "/w/part");
  w.use(FileAccess::create, "/w/part", 4);
  CHECK(w.files.writers() == KnownWriters{{1, {{7, 8}, false}}, {2, {{6}, false}}});
}

TEST_CASE(
    "what the recording wrote into system directories is told whenever it runs, of any number of files") {
  SystemFiles files;
  files.ran("/usr/bin/git", 0, 1);
  for (int i = 0; i < 70'000; ++i) files.written("/usr/local/share/x/" + std::to_string(i), 0);
  files.written("/bin/git", 0);
  files.written("/usr/local/tools", 0);
  files.written("/srv/x", 0);
  files.ran("/usr/local/tools/bin/x", 0, 2);
  files.ran("/usr/bin/make", 0, 3);
  files.ran("/usr/local/share/x", 0, 4); // something below it was
  files.ran("/srv/x", 0, 5);
  CHECK(files.made() == std::set<std::pair<std::uint32_t, ProgramId>>{{1, 0}, {2, 0}});
}

TEST_CASE("each container has system directories of its own") {
  SystemFiles files;
  files.written("/usr/bin/git", 9);
  files.written("/usr/bin/ld", 0);
  for (const ProgramId container : {0, 8}) files.ran("/usr/bin/git", container, 1);
  files.ran("/usr/bin/ld", 9, 2);
  CHECK(files.made().empty());
  files.ran("/usr/bin/git", 9, 1);
  CHECK(files.made() == std::set<std::pair<std::uint32_t, ProgramId>>{{1, 9}});
}
