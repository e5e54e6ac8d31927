#include "diff/techniques.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "diff/object.hpp"
#include "diff/program.hpp"
#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

const Program &self(const Behavior &behavior) {
  static const Program none;
  return behavior.lineage.empty() ? none : behavior.lineage.back();
}
bool starts(const Behavior &behavior, std::string_view name) {
  return behavior.kind == Kind::exec && executable_name(self(behavior)) == name;
}
bool starts_with_verb(const Behavior &behavior, std::string_view name, std::string_view verb) {
  return starts(behavior, name) && verb_of(self(behavior)) == verb;
}
/// Whether a file is written in a directory that is called so, or below it.
bool writes_below(const Behavior &behavior, std::string_view directory) {
  const auto segments = split(written_path(behavior), '/');
  return std::find(segments.begin(), segments.end() - 1, directory) != segments.end() - 1;
}
bool writes_file(const Behavior &behavior, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, base_name(written_path(behavior))) != names.end();
}
bool reads_secret_called(const Behavior &behavior, std::string_view name) {
  const auto *secret = behavior.object.as<object::Secret>();
  return secret != nullptr && secret->name == name;
}
bool writes_to_system(const Behavior &behavior) {
  return in_system_directory(written_path(behavior));
}
bool asks_container_engine(const Behavior &behavior) {
  const auto *daemon = behavior.object.as<object::DaemonSocket>();
  if (daemon == nullptr) return false;
  const auto name = base_name(daemon->path);
  return name == "docker.sock" || name == "podman.sock" || name == "containerd.sock" || name == "crio.sock";
}

constexpr std::array k_techniques{
    Technique{"T1003.007", "OS Credential Dumping: Proc Filesystem",
              [](const Behavior &b) { return inspects_foreign(b) && touches_memory(b); }},
    Technique{"T1048.003", "Exfiltration Over Unencrypted Non-C2 Protocol",
              [](const Behavior &b) { return talks_to_foreign_resolver(b); }},
    Technique{"T1053.003", "Scheduled Task/Job: Cron",
              [](const Behavior &b) {
                return writes_below(b, "cron") || writes_below(b, "crontabs") || writes_below(b, "cron.d") ||
                       writes_below(b, "cron.daily") || writes_below(b, "cron.hourly") ||
                       writes_file(b, {"crontab"});
              }},
    Technique{"T1059.004", "Command and Scripting Interpreter: Unix Shell",
              [](const Behavior &b) { return b.kind == Kind::exec && is_shell(self(b)); }},
    Technique{"T1059.006", "Command and Scripting Interpreter: Python",
              [](const Behavior &b) {
                return b.kind == Kind::exec && executable_name(self(b)).starts_with("python");
              }},
    Technique{"T1059.007", "Command and Scripting Interpreter: JavaScript",
              [](const Behavior &b) { return starts(b, "node") || starts(b, "bun") || starts(b, "deno"); }},
    Technique{"T1071", "Application Layer Protocol", [](const Behavior &b) { return is_egress(b); }},
    Technique{"T1071.004", "Application Layer Protocol: DNS",
              [](const Behavior &b) { return talks_to_foreign_resolver(b) || b.kind == Kind::resolve; }},
    Technique{"T1098.004", "Account Manipulation: SSH Authorized Keys",
              [](const Behavior &b) {
                return writes_file(b, {"authorized_keys", "authorized_keys2"});
              }},
    Technique{"T1105", "Ingress Tool Transfer",
              [](const Behavior &b) {
                return starts(b, "curl") || starts(b, "wget") ||
                       (b.kind == Kind::exec && has_writers(self(b)));
              }},
    Technique{
        "T1140", "Deobfuscate/Decode Files or Information",
        [](const Behavior &b) { return starts(b, "base64") || starts(b, "xz") || starts(b, "openssl"); }},
    Technique{"T1528", "Steal Application Access Token",
              [](const Behavior &b) { return starts_with_verb(b, "gh", "auth"); }},
    Technique{"T1543.002", "Create or Modify System Process: Systemd Service",
              [](const Behavior &b) { return writes_below(b, "systemd"); }},
    Technique{"T1546", "Event Triggered Execution",
              [](const Behavior &b) { return writes_below(b, "hooks"); }},
    Technique{"T1546.004", "Event Triggered Execution: Unix Shell Configuration Modification",
              [](const Behavior &b) {
                return writes_file(b, {".bashrc", "bash.bashrc", ".profile", "profile", ".bash_profile",
                                       ".bash_login", ".zshrc", ".zprofile", ".zshenv"});
              }},
    Technique{"T1546.018", "Event Triggered Execution: Python Startup Hooks",
              [](const Behavior &b) {
                return extension_of(written_path(b)) == ".pth" ||
                       writes_file(b, {"sitecustomize.py", "usercustomize.py"});
              }},
    Technique{"T1547.006", "Boot or Logon Autostart Execution: Kernel Modules and Extensions",
              [](const Behavior &b) {
                return uses_kernel_for(b, "init_module") || uses_kernel_for(b, "finit_module");
              }},
    Technique{"T1548.003", "Abuse Elevation Control Mechanism: Sudo and Sudo Caching",
              [](const Behavior &b) { return becomes_root(b); }},
    Technique{"T1552.001", "Unsecured Credentials: Credentials In Files",
              [](const Behavior &b) { return reads_secret(b); }},
    Technique{"T1552.004", "Unsecured Credentials: Private Keys",
              [](const Behavior &b) { return reads_secret_called(b, "ssh"); }},
    Technique{"T1552.005", "Unsecured Credentials: Cloud Instance Metadata API",
              [](const Behavior &b) {
                const auto *to = connected_host(b);
                return to != nullptr && is_metadata_service(*to);
              }},
    Technique{"T1554", "Compromise Host Software Binary", writes_to_system},
    Technique{"T1565.001", "Data Manipulation: Stored Data Manipulation",
              [](const Behavior &b) { return writes_tracked_source(b); }},
    Technique{"T1567.001", "Exfiltration Over Web Service: Exfiltration to Code Repository",
              [](const Behavior &b) { return starts_with_verb(b, "git", "push"); }},
    Technique{"T1610", "Deploy Container", [](const Behavior &b) { return asks_container_engine(b); }},
    Technique{"T1611", "Escape to Host",
              [](const Behavior &b) {
                return uses_kernel_for(b, "mount") || uses_kernel_for(b, "setns") ||
                       uses_kernel_for(b, "unshare");
              }},
    Technique{"T1620", "Reflective Code Loading",
              [](const Behavior &b) {
                return b.kind == Kind::exec && self(b).parts().kind == ProgramParts::Kind::memory;
              }},
    Technique{
        "T1677", "Poisoned Pipeline Execution",
        [](const Behavior &b) { return writes_below(b, "workflows") || writes_file(b, {".gitlab-ci.yml"}); }},
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
