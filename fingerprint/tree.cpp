#include "fingerprint/tree.hpp"

#include <map>
#include <vector>

namespace buildprint {
namespace {

struct Branch {
  std::map<Program, Branch> children;
  std::vector<const Behavior *> behaviors;
};

std::string remark(const Behavior &behavior, std::uint32_t runs) {
  std::string out;
  if (behavior.user != "builder") out += " as " + behavior.user;
  if (!behavior.package.empty()) out += " for " + behavior.package;
  if (behavior.optional) out += " (comes and goes)";
  if (behavior.seen < runs)
    out += " (" + std::to_string(behavior.seen) + " of " + std::to_string(runs) + " runs)";
  return out;
}

/// What the branch's program did goes first, then its children; `indent` carries the lines of those above.
void append(std::string &out, const Branch &branch, const std::string &indent, std::uint32_t runs) {
  std::size_t left = branch.children.size();
  for (const auto *behavior : branch.behaviors)
    if (behavior->kind != Kind::exec) ++left;
  const auto line = [&](const std::string &text) {
    out += indent + (--left == 0 ? "└─ " : "├─ ") + text + '\n';
  };
  for (const auto *behavior : branch.behaviors)
    if (behavior->kind != Kind::exec)
      line(std::string(to_string(behavior->kind)) + ' ' + behavior->object.text() + remark(*behavior, runs));
  for (const auto &[program, child] : branch.children) {
    std::string remarks;
    for (const auto *behavior : child.behaviors)
      if (behavior->kind == Kind::exec) remarks += remark(*behavior, runs);
    line(program.text() + remarks);
    append(out, child, indent + (left == 0 ? "   " : "│  "), runs);
  }
}

} // namespace

std::string render_tree(const Fingerprint &fingerprint) {
  Branch root;
  for (const auto &behavior : fingerprint.behaviors) {
    Branch *branch = &root;
    for (const auto &program : behavior.lineage) branch = &branch->children[program];
    branch->behaviors.push_back(&behavior);
  }
  std::string out = fingerprint.name + ": " + std::to_string(fingerprint.behaviors.size()) + " behaviors, " +
                    std::to_string(fingerprint.runs) + (fingerprint.runs == 1 ? " run" : " runs") +
                    (fingerprint.complete ? "" : ", incomplete") + '\n';
  append(out, root, "", fingerprint.runs);
  for (const auto &why : fingerprint.incomplete_because) out += "incomplete: " + why + '\n';
  for (const auto &gap : fingerprint.coverage_gaps) out += "not covered: " + gap + '\n';
  return out;
}

} // namespace buildprint
