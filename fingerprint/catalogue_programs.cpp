#include "fingerprint/catalogue.hpp"

// How command lines name what they run (R3), and what comes and goes by itself.

namespace buildprint {

std::vector<Interpreter> catalogue::interpreters() {
  std::vector<Interpreter> rows;
  const auto add = [&](const std::string &names) -> Interpreter & {
    rows.emplace_back().names = names;
    return rows.back();
  };
  for (const char *shell : {"sh", "bash", "dash", "ash", "zsh", "ksh*", "mksh", "yash", "rbash"}) {
    auto &row = add(shell);
    row.inline_flags = "c";
    row.valued_flags = "oO";
    row.input_flags = "s";
    row.valued_options = {"--rcfile", "--init-file"};
  }
  for (const char *python : {"python*", "pypy*"}) {
    auto &row = add(python);
    row.inline_flags = "c";
    row.module_flags = "m";
    row.valued_flags = "WX";
    row.valued_options = {"--check-hash-based-pycs"};
  }
  for (const char *node : {"node", "nodejs", "node-*"}) {
    auto &row = add(node);
    row.inline_flags = "ep";
    row.valued_flags = "rC";
    row.inline_options = {"--eval", "--print"};
    row.valued_options = {"--require",
                          "--import",
                          "--loader",
                          "--experimental-loader",
                          "--conditions",
                          "--test-reporter",
                          "--test-reporter-destination",
                          "--test-name-pattern",
                          "--env-file",
                          "--title",
                          "--icu-data-dir",
                          "--max-http-header-size"};
    row.naming_options = {"--test", "--check"};
  }
  auto &perl = add("perl*");
  perl.inline_flags = "eE";
  perl.valued_flags = "I";
  perl.attached_flags = "mMFxCDdVi";
  auto &ruby = add("ruby*");
  ruby.inline_flags = "e";
  ruby.valued_flags = "rICES";
  auto &php = add("php*");
  php.inline_flags = "rBRE";
  php.valued_flags = "cdz";
  auto &lua = add("lua*");
  lua.inline_flags = "e";
  lua.valued_flags = "l";
  auto &java = add("java");
  java.one_dash_long = true;
  java.runs_classes = true;
  java.argument_files = true;
  java.reads_input = false;
  java.valued_options = {"-cp",
                         "-classpath",
                         "--class-path",
                         "-p",
                         "--module-path",
                         "--add-modules",
                         "--upgrade-module-path",
                         "--add-opens",
                         "--add-exports",
                         "--add-reads",
                         "-m",
                         "--module",
                         "--enable-native-access",
                         "--source"};
  for (const char *plain : {"tclsh*", "wish*", "expect", "guile*", "Rscript", "ocaml", "escript", "julia",
                            "racket", "gjs", "osascript", "ld-linux*.so*", "ld-musl-*.so*", "ts-node", "tsx"})
    add(plain);
  return rows;
}

std::vector<VerbTool> catalogue::verb_tools() {
  return {
      {"git",
       "Cc",
       {"--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env", "--super-prefix"}},
      {"npm", "", {"--prefix", "--workspace", "-w", "--cache", "--registry", "--userconfig", "--loglevel"}},
      {"npm-cli.js",
       "",
       {"--prefix", "--workspace", "-w", "--cache", "--registry", "--userconfig", "--loglevel"}},
      {"npx", "pc", {"--package", "--call"}},
      {"npx-cli.js", "pc", {"--package", "--call"}},
      {"yarn", "", {"--cwd", "--cache-folder", "--registry"}},
      {"yarn.js", "", {"--cwd", "--cache-folder", "--registry"}},
      {"pnpm", "C", {"--dir", "--filter", "-F", "--registry"}},
      {"pnpm.cjs", "C", {"--dir", "--filter", "-F", "--registry"}},
      {"corepack", "", {}},
      {"bun", "", {"--cwd", "--config"}},
      {"deno", "", {}},
      {"pip", "", {"--log", "--proxy", "--cert", "--python", "--cache-dir", "--timeout", "--retries"}},
      {"pip3*", "", {"--log", "--proxy", "--cert", "--python", "--cache-dir", "--timeout", "--retries"}},
      {"uv", "", {"--directory", "--project", "--config-file", "--cache-dir", "--color"}},
      {"poetry", "CP", {"--directory", "--project"}},
      {"pipenv", "", {"--python"}},
      {"twine", "", {}},
      {"conda", "", {}},
      {"cargo", "CZ", {"--config", "--color", "--explain"}},
      {"rustup", "", {}},
      {"go", "C", {}},
      {"gem", "", {}},
      {"bundle", "", {}},
      {"bundler", "", {}},
      {"composer", "d", {"--working-dir"}},
      {"dotnet", "", {}},
      {"nuget", "", {}},
      {"docker",
       "Hlc",
       {"--host", "--config", "--context", "--log-level", "--tlscacert", "--tlscert", "--tlskey"}},
      {"podman",
       "c",
       {"--cgroup-manager",
        "--config",
        "--connection",
        "--conmon",
        "--db-backend",
        "--events-backend",
        "--hooks-dir",
        "--identity",
        "--imagestore",
        "--log-level",
        "--module",
        "--namespace",
        "--network-backend",
        "--network-cmd-path",
        "--network-config-dir",
        "--out",
        "--registries-conf",
        "--root",
        "--runroot",
        "--runtime",
        "--runtime-flag",
        "--storage-driver",
        "--storage-opt",
        "--tmpdir",
        "--url",
        "--volumepath"}},
      {"buildah",
       "",
       {"--cgroup-manager", "--log-level", "--registries-conf", "--registries-conf-dir", "--root",
        "--runroot", "--storage-driver", "--storage-opt"}},
      {"docker-compose", "fpH", {"--file", "--project-name", "--host", "--env-file", "--profile", "--ansi"}},
      {"kubectl",
       "ns",
       {"--namespace", "--context", "--kubeconfig", "--cluster", "--server", "--token", "--user"}},
      {"helm", "n", {"--namespace", "--kube-context", "--kubeconfig"}},
      {"terraform", "", {}},
      {"gh", "R", {"--repo"}},
      {"glab", "R", {"--repo"}},
      {"aws", "", {"--profile", "--region", "--output", "--endpoint-url"}},
      {"gcloud", "", {"--project", "--account", "--configuration", "--format"}},
      {"az", "", {}},
      {"vault", "", {}},
      {"openssl", "", {}},
      {"systemctl", "HMtp", {"--host", "--machine", "--type", "--property"}},
      {"apt", "oct", {"--option", "--config-file"}},
      {"apt-get", "oct", {"--option", "--config-file"}},
      {"brew", "", {}},
      {"snap", "", {}},
      {"svn", "", {}},
      {"hg", "R", {"--repository", "--cwd", "--config"}},
      {"ip", "nf", {"--netns", "-netns"}},
      {"nix", "", {}},
      {"bazel", "", {}},
      {"claude", "", {}},
  };
}

std::vector<TestRunner> catalogue::test_runners() {
  return {
      {"/usr/**node --test", "$WS/**test**"},
      {"/usr/**node --test", "$WS/**spec**"},
      {"/usr/**ctest", "$WS/**test**"},
      {"/usr/**ctest", "$WS/**spec**"},
      {"/usr/**prove", "$WS/**.t"},
      {"/usr/**meson", "$WS/**test**"},
      {"/usr/**bats**", "$WS/**.bats"},
      {"/usr/**cargo test", "$WS/**/deps/*"},
      {"$HOME/.rustup/**/bin/cargo test", "$WS/**/deps/*"},
      {"$CACHE/rustup/**/bin/cargo test", "$WS/**/deps/*"},
      {"/usr/**go test", "$TMP/go-build<rand>/**.test"},
  };
}

std::vector<PoolWorker> catalogue::pool_workers() {
  return {
      {"**/node** **/jest", "**/jest-worker/build/workers/processChild.js"},
      {"**/node** **/jest.js", "**/jest-worker/build/workers/processChild.js"},
      // From jest 30 on.
      {"**/node** **/jest", "**/jest-worker/build/processChild.js"},
      {"**/node** **/jest.js", "**/jest-worker/build/processChild.js"},
      {"**/node** **/mocha", "**/mocha/lib/nodejs/worker.js"},
      {"**/node** **/mocha.js", "**/mocha/lib/nodejs/worker.js"},
  };
}

std::vector<OptionalBehavior> catalogue::optional() {
  std::vector<OptionalBehavior> rows = {
      {"npm-update-notifier", "connect", "/usr/bin/node /usr/**npm run", "", "registry.npmjs.org:443/tcp"},
      {"npm-update-notifier", "connect", "/usr/bin/node /usr/**npm test", "", "registry.npmjs.org:443/tcp"},
      {"npm-update-notifier", "connect", "/usr/bin/node /usr/**npm start", "", "registry.npmjs.org:443/tcp"},
      {"npm-update-notifier", "resolve", "/usr/bin/node /usr/**npm run", "", "registry.npmjs.org"},
      {"npm-update-notifier", "resolve", "/usr/bin/node /usr/**npm test", "", "registry.npmjs.org"},
      {"npm-update-notifier", "resolve", "/usr/bin/node /usr/**npm start", "", "registry.npmjs.org"},
      {"pip-self-check", "connect", "/usr/bin/python* -m pip list", "", "pypi.org:443/tcp"},
      // Who waits for a lock asks whoever holds it, by a datagram, to give it up.
      {"gradle-lock", "connect", "/usr/**java org.gradle.**", "", "loopback:(/usr/**java org.gradle.**)/udp"},
      {"name-service-cache", "connect", "**", "", "unix:/run/nscd/socket"},
      {"name-service-cache", "connect", "**", "", "unix:/run/systemd/userdb/*"},
  };
  // Git tidies up when it finds much to tidy. Only its own steps, each directly below the one that starts it:
  // a hook that it runs in between is no part of that.
  const std::vector<std::pair<std::string, std::vector<std::string>>> steps = {
      {"gc",
       {"repack", "prune", "prune-packed", "pack-refs", "reflog", "rerere", "worktree", "commit-graph"}},
      {"maintenance", {"gc", "repack", "pack-refs", "commit-graph", "multi-pack-index"}},
      {"repack", {"pack-objects", "prune-packed", "multi-pack-index"}},
      {"*", {"gc", "maintenance"}},
  };
  for (const std::string git : {"/usr/bin/git ", "/usr/lib/git-core/git "})
    for (const auto &[above, below] : steps)
      for (const auto &step : below) {
        rows.push_back({"git-maintenance", "exec", git + step, "/usr/**/git " + above, ""});
        rows.push_back({"git-maintenance", "write", git + step, "/usr/**/git " + above, "$WS/.git"});
      }
  return rows;
}

} // namespace buildprint
