#include "diff/techniques.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "diff/object.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

std::string_view self(const Behavior &behavior) {
  return behavior.lineage.empty() ? std::string_view() : std::string_view(behavior.lineage.back());
}
bool starts(const Behavior &behavior, std::string_view name) {
  return behavior.kind == Kind::exec && base_name(program_parts(self(behavior)).executable) == name;
}
bool starts_with_verb(const Behavior &behavior, std::string_view name, std::string_view verb) {
  return starts(behavior, name) && program_parts(self(behavior)).rest.starts_with(verb);
}
bool touches(const Behavior &behavior, Kind kind, std::string_view part) {
  return behavior.kind == kind && behavior.object.find(part) != std::string::npos;
}
bool writes(const Behavior &behavior, std::string_view part) {
  return writes_sink(behavior) && behavior.object.find(part) != std::string::npos;
}
bool kernel(const Behavior &behavior, std::string_view operation) {
  return behavior.kind == Kind::kernel && behavior.object.starts_with(operation);
}

constexpr std::array k_techniques{
    Technique{"T1003.007", "OS Credential Dumping: Proc Filesystem",
              [](const Behavior &b) { return inspects_foreign(b) && touches_memory(b); }},
    Technique{"T1048.003", "Exfiltration Over Unencrypted Non-C2 Protocol",
              [](const Behavior &b) { return talks_to_foreign_resolver(b); }},
    Technique{"T1053.003", "Scheduled Task/Job: Cron", [](const Behavior &b) { return writes(b, "cron"); }},
    Technique{"T1059.004", "Command and Scripting Interpreter: Unix Shell",
              [](const Behavior &b) { return b.kind == Kind::exec && is_shell(self(b)); }},
    Technique{"T1059.006", "Command and Scripting Interpreter: Python",
              [](const Behavior &b) {
                return b.kind == Kind::exec &&
                       base_name(program_parts(self(b)).executable).starts_with("python");
              }},
    Technique{"T1059.007", "Command and Scripting Interpreter: JavaScript",
              [](const Behavior &b) { return starts(b, "node") || starts(b, "bun") || starts(b, "deno"); }},
    Technique{"T1071", "Application Layer Protocol", [](const Behavior &b) { return is_egress(b); }},
    Technique{"T1071.004", "Application Layer Protocol: DNS",
              [](const Behavior &b) { return talks_to_foreign_resolver(b) || b.kind == Kind::resolve; }},
    Technique{"T1098.004", "Account Manipulation: SSH Authorized Keys",
              [](const Behavior &b) { return writes(b, "authorized_keys"); }},
    Technique{"T1105", "Ingress Tool Transfer",
              [](const Behavior &b) {
                return starts(b, "curl") || starts(b, "wget") ||
                       (b.kind == Kind::exec && !program_parts(self(b)).writer.empty());
              }},
    Technique{
        "T1140", "Deobfuscate/Decode Files or Information",
        [](const Behavior &b) { return starts(b, "base64") || starts(b, "xz") || starts(b, "openssl"); }},
    Technique{"T1528", "Steal Application Access Token",
              [](const Behavior &b) { return starts_with_verb(b, "gh", "auth"); }},
    Technique{"T1543.002", "Create or Modify System Process: Systemd Service",
              [](const Behavior &b) { return writes(b, "systemd"); }},
    Technique{"T1546", "Event Triggered Execution", [](const Behavior &b) { return writes(b, "/hooks/"); }},
    Technique{"T1546.004", "Event Triggered Execution: Unix Shell Configuration Modification",
              [](const Behavior &b) {
                return writes(b, "bashrc") || writes(b, ".profile") || writes(b, "bash_profile") ||
                       writes(b, "zshrc");
              }},
    Technique{"T1546.018", "Event Triggered Execution: Python Startup Hooks",
              [](const Behavior &b) { return writes(b, ".pth") || writes(b, "sitecustomize"); }},
    Technique{"T1547.006", "Boot or Logon Autostart Execution: Kernel Modules and Extensions",
              [](const Behavior &b) { return kernel(b, "init_module") || kernel(b, "finit_module"); }},
    Technique{"T1548.003", "Abuse Elevation Control Mechanism: Sudo and Sudo Caching",
              [](const Behavior &b) { return b.kind == Kind::become && b.object.ends_with("->root"); }},
    Technique{"T1552.001", "Unsecured Credentials: Credentials In Files",
              [](const Behavior &b) { return reads_secret(b); }},
    Technique{"T1552.004", "Unsecured Credentials: Private Keys",
              [](const Behavior &b) { return reads_secret(b) && touches(b, Kind::read, "ssh"); }},
    Technique{"T1552.005", "Unsecured Credentials: Cloud Instance Metadata API",
              [](const Behavior &b) {
                const auto to = destination_of(b);
                return to && is_metadata_service(to->host);
              }},
    Technique{"T1554", "Compromise Host Software Binary",
              [](const Behavior &b) { return writes(b, "system"); }},
    Technique{"T1565.001", "Data Manipulation: Stored Data Manipulation",
              [](const Behavior &b) { return writes_tracked_source(b); }},
    Technique{"T1567.001", "Exfiltration Over Web Service: Exfiltration to Code Repository",
              [](const Behavior &b) { return starts_with_verb(b, "git", "push"); }},
    Technique{"T1610", "Deploy Container",
              [](const Behavior &b) {
                return talks_to_daemon(b) &&
                       (touches(b, Kind::connect, "docker") || touches(b, Kind::connect, "podman") ||
                        touches(b, Kind::connect, "containerd"));
              }},
    Technique{
        "T1611", "Escape to Host",
        [](const Behavior &b) { return kernel(b, "mount") || kernel(b, "setns") || kernel(b, "unshare"); }},
    Technique{"T1620", "Reflective Code Loading",
              [](const Behavior &b) {
                return b.kind == Kind::exec &&
                       program_parts(self(b)).executable.find("memfd:") != std::string_view::npos;
              }},
    Technique{"T1677", "Poisoned Pipeline Execution",
              [](const Behavior &b) { return writes(b, ".github/workflows") || writes(b, ".gitlab-ci"); }},
};

} // namespace

std::span<const Technique> technique_table() {
  return k_techniques;
}

std::vector<std::string> techniques_of(const Finding &finding) {
  std::set<std::string> ids;
  for (const auto *list : {&finding.behaviors, &finding.more})
    for (const auto &item : *list)
      for (const auto &technique : k_techniques)
        if (technique.fits(item.behavior)) ids.emplace(technique.id);
  return {ids.begin(), ids.end()};
}

std::string_view technique_name(std::string_view id) {
  for (const auto &technique : k_techniques)
    if (technique.id == id) return technique.name;
  return {};
}

} // namespace buildprint
