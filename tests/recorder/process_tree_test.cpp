#include "recorder/process_tree.hpp"

#include "tests/catch.hpp"

using namespace buildprint;

namespace {

const ProcessKey k_main{1, 10}, k_child{2, 20}, k_reused{2, 30};

ProcessTree tree_of(const std::vector<std::pair<ProcessKey, EventBody>> &events) {
  ProcessTree tree(k_main);
  for (const auto &[actor, body] : events) tree.add({0, actor, {}, body});
  return tree;
}

} // namespace

TEST_CASE("a tree closes when everyone who was forked exits") {
  const auto tree = tree_of({{k_main, Fork{k_child}},
                             {k_child, Exit{}},
                             {k_main, Fork{k_reused}},
                             {k_reused, Exit{}},
                             {k_main, Exit{}},
                             {k_main, ListenEnd{}}});
  CHECK(tree.unclosed({}) == 0);
  CHECK(tree.processes() == 3);
  CHECK(tree.living() == 0);
}

TEST_CASE("a missing exit, fork or beginning leaves a tree open") {
  CHECK(tree_of({{k_main, Fork{k_child}}, {k_main, Exit{}}}).unclosed({}) == 1);
  CHECK(tree_of({{k_child, Exec{}}, {k_child, Exit{}}, {k_main, Exit{}}}).unclosed({}) == 1);
  CHECK(tree_of({{k_child, Exit{}}, {k_main, Exit{}}}).unclosed({}) == 1);
  CHECK(tree_of({{k_main, Fork{k_child}}, {k_reused, Exit{}}, {k_main, Exit{}}}).unclosed({}) == 2);
  CHECK(tree_of({}).unclosed({}) == 1);
}

TEST_CASE("what still runs is no loss") {
  const ProcessKey running[] = {k_child};
  CHECK(tree_of({{k_main, Fork{k_child}}, {k_main, Exit{}}}).unclosed(running) == 0);
  CHECK(tree_of({{k_main, Fork{k_child}}}).unclosed(running) == 1);
}
