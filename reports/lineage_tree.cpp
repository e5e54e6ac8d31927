#include "reports/lineage_tree.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "base/text.hpp"
#include "diff/program.hpp"
#include "reports/inert.hpp"
#include "reports/layout.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

struct Node {
  Program program;
  const NewBehavior *started = nullptr; ///< the new exec that ends here
  std::vector<const NewBehavior *> actions;
  std::vector<std::unique_ptr<Node>> children; ///< in the order of their first behavior
  std::map<Program, std::size_t> by_program;
  bool drawn = false; ///< lies on the way to a behavior that is shown
};

Node &child_of(Node &node, const Program &program) {
  const auto [at, is_first] = node.by_program.try_emplace(program, node.children.size());
  if (is_first) {
    node.children.push_back(std::make_unique<Node>());
    node.children.back()->program = program;
  }
  return *node.children[at->second];
}

/// Programs that become one another in turn make lineages without end; both ends say what there is to say.
Lineage bounded(const Lineage &lineage) {
  constexpr std::ptrdiff_t k_first = 8, k_last = 40;
  if (lineage.size() <= static_cast<std::size_t>(k_first + k_last + 1)) return lineage;
  Lineage out(lineage.begin(), lineage.begin() + k_first);
  out.push_back(Program::parse("… " + std::to_string(lineage.size() - k_first - k_last) + " more …"));
  out.insert(out.end(), lineage.end() - k_last, lineage.end());
  return out;
}

void add(Node &root, const NewBehavior &item, bool shown) {
  Node *node = &root;
  for (const auto &program : bounded(item.behavior.lineage)) {
    node = &child_of(*node, program);
    node->drawn |= shown;
  }
  if (item.behavior.kind == Kind::exec && node != &root && node->started == nullptr)
    node->started = &item;
  else if (shown)
    node->actions.push_back(&item);
}

struct Strokes {
  std::string_view tee, corner, bar, gap;
};
constexpr Strokes k_unicode{"├─ ", "└─ ", "│  ", "   "};
constexpr Strokes k_ascii{"|- ", "`- ", "|  ", "   "};

class Drawing {
 public:
  Drawing(bool unicode, std::size_t width) : strokes_(unicode ? k_unicode : k_ascii), width_(width) {}

  /// The parts below `node`, each behind `indent`. A user is named where it is not `user`, the one above.
  void draw_below(const Node &node, const std::string &indent, const std::string &user) {
    std::vector<const Node *> children;
    for (const auto &child : node.children)
      if (child->drawn) children.push_back(child.get());
    std::size_t left = children.size() + node.actions.size();
    for (const auto *action : node.actions)
      rows_.push_back({branch(indent, --left == 0), {}, describe_action(action->behavior, user), {action}});
    for (const auto *child : children) {
      const bool last = --left == 0;
      draw(*child, branch(indent, last), indent + std::string(last ? strokes_.gap : strokes_.bar), user);
    }
  }

  /// A tree of its own: nothing connects it to what stands above.
  void draw(const Node &start, const std::string &branch, const std::string &indent,
            const std::string &user_above) {
    TreeRow row{branch, {inert(start.program.text(), 480)}, {}, {}};
    const std::string &user = start.started != nullptr ? start.started->behavior.user : user_above;
    if (start.started != nullptr) row.is_new.push_back(start.started);
    if (user != user_above) row.action = "as " + inert(user, 64);
    const Node *node = &start;
    while (const Node *next = next_link(*node, user)) {
      node = next;
      row.programs.push_back(inert(node->program.text(), 480));
      if (node->started != nullptr) row.is_new.push_back(node->started);
    }
    const bool ends = std::ranges::none_of(node->children, [](const auto &child) { return child->drawn; });
    const bool joins = node->started != nullptr && node->actions.size() == 1 && ends && fits(row, *node);
    if (joins) {
      row.action = describe_action(node->actions.front()->behavior, user_above);
      row.is_new.push_back(node->actions.front());
    }
    rows_.push_back(std::move(row));
    if (!joins) draw_below(*node, indent, user);
  }

  /// A behavior without a lineage: only a crafted file has one.
  void draw_lone(const NewBehavior &item) {
    rows_.push_back({{}, {}, describe_action(item.behavior), {&item}});
  }

  std::vector<TreeRow> take() { return std::move(rows_); }

 private:
  std::string branch(const std::string &indent, bool last) const {
    return indent + std::string(last ? strokes_.corner : strokes_.tee);
  }

  /// The next link of a chain in which nothing branches: of known programs, or of a new shell that runs a
  /// line, which says nothing beside what the line starts.
  static const Node *next_link(const Node &node, const std::string &user) {
    const bool shell = node.started != nullptr && is_inline_shell(node.program);
    if ((node.started != nullptr && !shell) || !node.actions.empty()) return nullptr;
    const Node *only = nullptr;
    for (const auto &child : node.children) {
      if (!child->drawn) continue;
      if (only != nullptr) return nullptr;
      if (child->started != nullptr && (!shell || child->started->behavior.user != user)) return nullptr;
      only = child.get();
    }
    return only;
  }

  bool fits(const TreeRow &row, const Node &node) const {
    constexpr std::string_view k_link = " > ";
    return display_width(row.branch) + display_width(join(row.programs, k_link)) + 2 +
               display_width(describe_action(node.actions.front()->behavior)) <=
           width_;
  }

  const Strokes &strokes_;
  std::size_t width_;
  std::vector<TreeRow> rows_;
};

} // namespace

std::vector<TreeRow> draw_lineages(std::span<const NewBehavior *const> behaviors, std::size_t shown,
                                   bool unicode, std::size_t width) {
  Node root;
  for (std::size_t i = 0; i < behaviors.size(); ++i) add(root, *behaviors[i], i < shown);
  Drawing drawing(unicode, width);
  for (const auto *action : root.actions) drawing.draw_lone(*action);
  for (const auto &child : root.children)
    if (child->drawn) drawing.draw(*child, "", "", "builder");
  return drawing.take();
}

} // namespace buildprint
