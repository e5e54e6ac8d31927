#include <map>
#include <set>

#include "reports/fingerprint_reports.hpp"
#include "reports/inert.hpp"
#include "reports/lineage_forest.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

/// A link of the drawn graph; `label` names what a program did to an object, and is empty between programs.
struct Link {
  std::string from, to, label;
};

/// Programs "p1", "p2", … in trees, and the objects that they share: "o1", "o2", …
struct Graph {
  std::map<std::string, std::string> programs, objects; ///< id → label
  std::vector<Link> links;
};

Graph graph_of(const Fingerprint &fingerprint) {
  const LineageForest forest = build_forest(fingerprint);
  Graph graph;
  std::map<std::string, std::string> object_ids;
  for (std::size_t i = 1; i < forest.nodes.size(); ++i) {
    const ForestNode &node = forest.nodes[i];
    const std::string id = "p" + std::to_string(i);
    graph.programs[id] = node.label + (node.user == "builder" ? "" : " (" + inert(node.user, 64) + ")");
    if (node.parent != 0) graph.links.push_back({"p" + std::to_string(node.parent), id, ""});
    for (const auto *action : node.actions) {
      const std::string object = inert(action->object.text(), 200);
      const auto [found, is_first] =
          object_ids.try_emplace(object, "o" + std::to_string(object_ids.size() + 1));
      if (is_first) graph.objects[found->second] = object;
      graph.links.push_back({id, found->second, std::string(to_string(action->kind))});
    }
  }
  return graph;
}

/// Inside quotes only these two are syntax; a backslash would begin an escape such as \N, the node's name.
std::string dot_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : without_workflow_commands(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// Mermaid looks for directives (%%{…}%%), Markdown and HTML even inside quotes: all marks but the plainest
/// become its character codes.
std::string mermaid_quoted(std::string_view text) {
  constexpr std::string_view k_harmless = " ./-_:,+=";
  std::string out = "\"";
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       static_cast<unsigned char>(c) >= 0x80 || k_harmless.find(c) != std::string_view::npos;
    if (plain)
      out += c;
    else
      (out += '#') += std::to_string(static_cast<int>(c)) + ";";
  }
  return out + '"';
}

} // namespace

std::string render_dot(const Fingerprint &fingerprint) {
  const Graph graph = graph_of(fingerprint);
  std::string out = "digraph " + dot_quoted(inert(fingerprint.name, 120)) +
                    " {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=10];\n"
                    "  edge [fontname=\"sans-serif\", fontsize=9];\n";
  for (const auto &[id, label] : graph.programs)
    out += "  " + id + " [shape=box, label=" + dot_quoted(label) + "];\n";
  for (const auto &[id, label] : graph.objects)
    out += "  " + id + " [shape=ellipse, style=filled, fillcolor=\"#eeeeee\", label=" + dot_quoted(label) +
           "];\n";
  for (const auto &link : graph.links)
    out += "  " + link.from + " -> " + link.to +
           (link.label.empty() ? "" : " [label=" + dot_quoted(link.label) + "]") + ";\n";
  return out + "}\n";
}

std::string render_mermaid(const Fingerprint &fingerprint) {
  // Mermaid draws nothing at all of more than 500 links or 50,000 characters (maxEdges, maxTextSize).
  constexpr std::size_t k_most_links = 480, k_most_bytes = 45'000;
  const Graph graph = graph_of(fingerprint);
  const auto node = [&](const std::string &id) {
    const bool is_program = graph.programs.contains(id);
    const std::string label = mermaid_quoted((is_program ? graph.programs : graph.objects).at(id));
    return id + (is_program ? "[" + label + "]" : "([" + label + "])");
  };
  std::string out = "flowchart LR\n";
  std::set<std::string> named;
  const auto naming = [&](const std::string &id) { return named.insert(id).second ? node(id) : id; };
  for (const auto &[id, label] : graph.programs)
    if (graph.links.empty()) out += "  " + node(id) + "\n";
  std::size_t drawn = 0;
  for (const auto &link : graph.links) {
    if (drawn == k_most_links || out.size() > k_most_bytes) break;
    ++drawn;
    out += "  " + naming(link.from) + " -->" + (link.label.empty() ? " " : "|" + link.label + "| ") +
           naming(link.to) + "\n";
  }
  if (drawn < graph.links.size())
    out += "  rest[\"and " + counted(graph.links.size() - drawn, "more link") + ": use the dot format\"]\n";
  return out;
}

} // namespace buildprint
