#include "fingerprint/rules.hpp"

// The built-in rules, as data. docs/rules.md tells why each is there; tests/fingerprint/rules_test.cpp holds
// every example against its own pattern.

namespace buildprint {
namespace {

std::vector<Tool> tools() {
  return {
      {"apt", {"/usr/bin/apt", "/usr/bin/apt-get", "/usr/bin/dpkg*", "/usr/lib/apt/**"}},
      {"autoconf", {"/usr/bin/*sh $WS/**", "/usr/bin/*sh ./**", "/usr/bin/auto*", "/usr/bin/m4"}},
      {"bazel", {"/usr/bin/bazel*", "/usr/local/bin/bazel*", "$CACHE/bazel/**"}},
      {"cmake",
       {"/usr/bin/cmake*", "/usr/bin/ctest*", "/usr/local/bin/cmake*", "/usr/local/bin/ctest*",
        "$TMP/pip-build-env-<rand>/**/cmake*", "$WS/**/site-packages/cmake/data/bin/cmake"}},
      {"gcc",
       {"/usr/bin/*gcc*", "/usr/bin/*g++*", "/usr/bin/cc", "/usr/bin/c++", "/usr/bin/c[89]9",
        "/usr/lib/gcc/**", "/usr/lib/gcc-cross/**", "/usr/libexec/gcc/**", "/usr/bin/*clang*",
        "/usr/lib/llvm-<v>/bin/**", "/usr/bin/*ld", "/usr/bin/*ld.*", "/usr/bin/*as", "/usr/bin/*ar",
        "/usr/lib/ccache/**"}},
      {"git", {"/usr/bin/git", "/usr/bin/git *", "/usr/lib/git-core/**", "/usr/local/bin/git*"}},
      {"go",
       {"/usr/bin/go", "/usr/bin/go *", "/usr/lib/go-<v>/**", "/usr/lib/go/**", "/usr/local/go/**",
        "$HOME/go/pkg/mod/golang.org/toolchain**", "$CACHE/**/golang.org/toolchain**",
        "$TMP/go-build<rand>/**"}},
      {"java",
       {"/usr/bin/java*", "/usr/lib/jvm/**", "/opt/java/**", "/usr/share/maven/**", "/usr/bin/mvn*",
        "/usr/bin/gradle*", "$HOME/.sdkman/**/bin/java*"}},
      {"make", {"/usr/bin/make", "/usr/bin/gmake", "/usr/local/bin/make"}},
      {"mktemp", {"/usr/bin/mktemp", "/usr/bin/busybox mktemp", "/usr/bin/tempfile"}},
      {"nix", {"/nix/store/**/bin/nix*", "/usr/bin/nix*"}},
      {"node",
       {"/usr/bin/node**", "/usr/local/bin/node**", "/opt/**/bin/node**", "$HOME/.nvm/**/bin/node**",
        "$CACHE/**/bin/node**", "/usr/bin/npm*", "/usr/bin/yarn*", "/usr/bin/pnpm*", "/usr/bin/bun*",
        "/usr/bin/deno*"}},
      {"perl", {"/usr/bin/perl**", "/usr/local/bin/perl**"}},
      {"python",
       {"/usr/bin/python*", "/usr/bin/python* **", "/usr/local/bin/python*", "/usr/local/bin/python* **",
        "/usr/bin/pypy*", "/opt/**/bin/python*", "$HOME/.pyenv/**/bin/python*", "$CACHE/**/bin/python*",
        "$HOME/.local/share/uv/**/bin/python*"}},
      {"ruby", {"/usr/bin/ruby*", "/usr/bin/ruby* **", "/usr/local/bin/ruby*", "$HOME/.rbenv/**/bin/ruby*"}},
      {"rust",
       {"/usr/bin/cargo*", "/usr/bin/cargo* **", "/usr/bin/rustc*", "$HOME/.rustup/**/bin/**",
        "$CACHE/cargo/bin/**", "/usr/local/cargo/bin/**", "/usr/local/rustup/**", "/usr/bin/sccache"}},
      {"ssh", {"/usr/bin/ssh*", "/usr/sbin/sshd"}},
  };
}

std::vector<RandomName> random_names() {
  return {
      {"apt-temporary", "apt", "$TMP", R"(apt-[a-z-]+[.-]([A-Za-z0-9]{6}))", "apt-dpkg-install-Ab3dE9"},
      {"dpkg-temporary", "apt", "$TMP", R"(dpkg[a-z-]*\.([A-Za-z0-9]{6}))", "dpkg-deb.x1Y2z3"},
      {"autoconf-status", "autoconf", "$WS/**", R"(\.?/?conf([A-Za-z0-9]{6}))", "confq1w2E3", true},
      {"autoconf-pid", "autoconf", "$WS/**", R"(conf([0-9]+)(\.[a-z]+)?)", "conf12345.sh"},
      {"bazel-sandbox", "bazel", "$CACHE/bazel/**/sandbox/*", R"(([0-9]+))", "17"},
      {"cmake-scratch", "cmake", "$WS/**", R"(TryCompile-([A-Za-z0-9]{6}))", "TryCompile-x1Y2z3"},
      {"cmake-try-compile", "cmake", "$WS/**", R"(cmTC_([0-9a-f]{5}))", "cmTC_0a1b2"},
      {"cmake-scratch-in-temporary", "cmake", "$TMP/**", R"(TryCompile-([A-Za-z0-9]{6}))",
       "TryCompile-x1Y2z3"},
      {"cmake-try-compile-in-temporary", "cmake", "$TMP/**", R"(cmTC_([0-9a-f]{5}))", "cmTC_0a1b2"},
      {"gcc-temporary", "gcc", "$TMP", R"(cc([A-Za-z0-9]{6})[a-z0-9.]*)", "ccAb12Cd.ltrans0.o"},
      {"go-build", "go", "$TMP", R"(go-build([0-9]+))", "go-build3141592653"},
      {"go-build-step", "go", "$TMP/go-build<rand>", R"(b([0-9]{3,6}))", "b001"},
      {"go-temporary", "go", "$TMP", R"(go-[a-z-]+-([0-9]{6,10}))", "go-link-271828182"},
      {"go-test-directory", "go", "$TMP", R"([A-Za-z_][A-Za-z0-9_]*[A-Za-z_]([0-9]{6,10}))",
       "TestServe1234567890", true},
      {"java-fork-jar", "java", "$WS/**", R"(surefire(booter)?-?([0-9TZ._-]{6,})\.jar)",
       "surefirebooter-20260101T120000_3.jar"},
      {"java-temporary", "java", "$TMP", R"([A-Za-z_.-]+([0-9]{8,20})(\.[a-z]+)?)", "junit1234567890.tmp",
       true},
      {"make-fifo", "make", "$TMP", R"(GMfifo([0-9]+))", "GMfifo4711"},
      {"make-temporary", "make", "$TMP", R"(Gm([A-Za-z0-9]{6}))", "GmAb12Cd"},
      {"mktemp", "mktemp", "$TMP", R"(tmp\.([A-Za-z0-9]{10}))", "tmp.Ab12Cd34Ef"},
      {"mktemp-template", "mktemp", "$TMP", R"([A-Za-z0-9_.-]*[A-Za-z0-9_.-]([A-Za-z0-9]{6,10}))",
       "build.x1Y2z3", true},
      {"nix-build", "nix", "$TMP", R"(nix-build-.*-([0-9]+))", "nix-build-hello-2.12.drv-0"},
      {"node-temporary", "node", "$TMP", R"([A-Za-z0-9_.-]*([A-Za-z0-9]{6}))", "shop-x1Y2z3", true},
      {"npm-retired", "node", "$WS/**/node_modules", R"(\.[A-Za-z0-9._-]+-([A-Za-z0-9_-]{8}))",
       ".left-pad-x7Kd93aB"},
      {"npm-temporary", "node", "$TMP", R"(npm-([0-9]+-[0-9a-f]{8}))", "npm-4711-0a1b2c3d"},
      {"pnpm-temporary", "node", "$WS/**", R"(_tmp_([0-9]+(_[0-9a-f]+)?))", "_tmp_4711_0a1b2c"},
      {"vite-config", "node", "$WS/**", R"(vite\.config\.[a-z]+\.timestamp-([0-9]+-[0-9a-f]+)\.mjs)",
       "vite.config.ts.timestamp-1700000000000-0a1b2c3d4e5f.mjs"},
      {"jest-cache", "node", "$TMP", R"(jest_([a-z0-9]+))", "jest_rs"},
      {"yarn-wrapper", "node", "$TMP", R"(yarn--([0-9]+-[0-9.]+))", "yarn--1700000000000-0.31415926"},
      {"yarn-virtual", "node", "$TMP", R"(xfs-([0-9a-f]{8}))", "xfs-0a1b2c3d"},
      {"perl-temporary", "perl", "$TMP", R"(([A-Za-z0-9_]{10})(\.[a-z]+)?)", "x1Y2z3A4b5", true},
      {"pip-temporary", "python", "$TMP", R"(pip-[a-z-]*[a-z]-([a-z0-9_]{8}))", "pip-build-env-a1b2c3d4"},
      {"build-environment", "python", "$TMP", R"(build-env-([a-z0-9_]{8}))", "build-env-a1b2c3d4"},
      {"pytest-directory", "python", "$TMP/pytest-of-**", R"(pytest-([0-9]+))", "pytest-12"},
      {"pytest-user", "python", "$TMP", R"(pytest-of-([A-Za-z0-9_.-]+))", "pytest-of-ann"},
      {"python-multiprocessing", "python", "$TMP", R"(pymp-([a-z0-9_]{8}))", "pymp-a1b2c3d4"},
      {"python-listener", "python", "$TMP/pymp-<rand>", R"(listener-([a-z0-9_]{8}))", "listener-a1b2c3d4"},
      {"python-tempfile", "python", "$TMP**", R"(tmp([a-z0-9_]{8}).*)", "tmpa1b2c3d4.py"},
      {"python-tempfile-in-workspace", "python", "$WS/**", R"(tmp([a-z0-9_]{8}).*)", "tmpa1b2c3d4"},
      {"python-tempfile-prefixed", "python", "$TMP", R"([A-Za-z0-9_.-]+([a-z0-9_]{8}))", "shop-a1b2c3d4",
       true},
      {"ruby-tmpdir", "ruby", "$TMP", R"([A-Za-z0-9_.-]*(20[0-9]{6}-[0-9]+-[0-9a-z]+).*)",
       "d20260101-4711-x1y2z3"},
      {"cargo-install", "rust", "$TMP", R"(cargo-install([A-Za-z0-9]{6}))", "cargo-installAb12Cd"},
      {"rustc-temporary", "rust", "$TMP", R"(rustc([A-Za-z0-9]{6}))", "rustcAb12Cd"},
      {"rust-tempfile", "rust", "$TMP", R"(\.tmp([A-Za-z0-9]{6}))", ".tmpAb12Cd"},
      {"ssh-agent-directory", "ssh", "$TMP", R"(ssh-([A-Za-z0-9]{10,16}))", "ssh-Ab12Cd34Ef56"},
      {"ssh-agent", "ssh", "$TMP/ssh-<rand>", R"(agent\.([0-9]+))", "agent.4711"},
  };
}

std::vector<Sink> sinks() {
  return {
      {"workflow", "$WS/.github/workflows/**"},
      {"workflow", "$WS/.github/actions/**"},
      {"workflow", "$WS/.gitlab-ci.yml"},
      {"workflow", "$WS/.gitlab/**"},
      {"workflow", "$WS/.circleci/**"},
      {"workflow", "$WS/.buildkite/**"},
      {"workflow", "$WS/.travis.yml"},
      {"workflow", "$WS/Jenkinsfile"},
      {"workflow", "$WS/azure-pipelines.yml"},
      {"workflow", "$WS/bitbucket-pipelines.yml"},
      {"workflow", "$WS/.woodpecker/**"},
      {"workflow", "$WS/.forgejo/**"},
      {"workflow", "$WS/.gitea/**"},
      {"git-hooks", "$WS**/.git/hooks/*"},
      {"git-hooks", "$WS/.husky/**"},
      {"git-hooks", "$WS/.pre-commit-config.yaml"},
      {"git-config", "$WS**/.git/config"},
      {"git-config", "~/.gitconfig"},
      {"git-config", "~/.config/git/**"},
      {"git-config", "/etc/gitconfig"},
      {"editor", "$WS/.vscode/**"},
      {"editor", "$WS/.idea/**"},
      {"editor", "$WS/.devcontainer/**"},
      {"agent", "$WS/.claude/**"},
      {"agent", "$WS/.cursor/**"},
      {"agent", "$WS/.mcp.json"},
      {"agent", "~/.claude/**"},
      {"agent", "~/.claude.json"},
      {"agent", "~/.cursor/**"},
      {"agent", "~/.gemini/**"},
      {"python-start", "$WS/**/site-packages/*.pth"},
      {"python-start", "$WS/**/site-packages/sitecustomize.py"},
      {"python-start", "$HOME/**/site-packages/*.pth"},
      {"python-start", "$HOME/**/site-packages/*customize.py"},
      {"python-start", "/usr/**/*-packages/*.pth"},
      {"python-start", "/usr/**/*customize.py"},
      {"shell-start", "~/.bashrc"},
      {"shell-start", "~/.bash_profile"},
      {"shell-start", "~/.bash_login"},
      {"shell-start", "~/.bash_logout"},
      {"shell-start", "~/.bash_aliases"},
      {"shell-start", "~/.profile"},
      {"shell-start", "~/.zshrc"},
      {"shell-start", "~/.zshenv"},
      {"shell-start", "~/.zprofile"},
      {"shell-start", "~/.zlogin"},
      {"shell-start", "~/.kshrc"},
      {"shell-start", "~/.xprofile"},
      {"shell-start", "~/.xinitrc"},
      {"shell-start", "~/.config/fish/**"},
      {"shell-start", "/etc/profile"},
      {"shell-start", "/etc/profile.d/**"},
      {"shell-start", "/etc/bash.bashrc"},
      {"shell-start", "/etc/zsh/**"},
      {"shell-start", "/etc/environment"},
      {"ssh", "~/.ssh/**"},
      {"ssh", "/etc/ssh/**"},
      {"cron", "/etc/cron*"},
      {"cron", "/etc/cron*/**"},
      {"cron", "/etc/anacrontab"},
      {"cron", "/var/spool/cron/**"},
      {"cron", "/var/spool/at/**"},
      {"service", "/etc/systemd/**"},
      {"service", "/usr/lib/systemd/**"},
      {"service", "/run/systemd/system/**"},
      {"service", "~/.config/systemd/**"},
      {"service", "~/.local/share/systemd/**"},
      {"service", "~/.config/autostart/**"},
      {"service", "/etc/init.d/*"},
      {"service", "/etc/rc.local"},
      {"service", "/etc/xdg/autostart/**"},
      {"users", "/etc/passwd"},
      {"users", "/etc/shadow"},
      {"users", "/etc/group"},
      {"users", "/etc/sudoers"},
      {"users", "/etc/sudoers.d/**"},
      {"users", "/etc/doas.conf"},
      {"users", "/etc/pam.d/**"},
      {"users", "/etc/security/**"},
      {"names", "/etc/hosts"},
      {"names", "/etc/resolv.conf"},
      {"names", "/etc/nsswitch.conf"},
      {"loader", "/etc/ld.so.preload"},
      {"loader", "/etc/ld.so.conf"},
      {"loader", "/etc/ld.so.conf.d/**"},
      {"loader", "/etc/modprobe.d/**"},
      {"loader", "/etc/modules-load.d/**"},
      {"loader", "/etc/udev/**"},
      {"trust", "/etc/ssl/certs/**"},
      {"trust", "/usr/local/share/ca-certificates/**"},
      {"trust", "/etc/apt/**"},
      {"registry", "~/.npmrc"},
      {"registry", "~/.yarnrc"},
      {"registry", "~/.yarnrc.yml"},
      {"registry", "~/.pypirc"},
      {"registry", "~/.pip/pip.conf"},
      {"registry", "~/.config/pip/pip.conf"},
      {"registry", "/etc/pip.conf"},
      {"registry", "~/.cargo/config"},
      {"registry", "~/.cargo/config.toml"},
      {"registry", "$CACHE/cargo/config"},
      {"registry", "$CACHE/cargo/config.toml"},
      {"registry", "~/.gemrc"},
      {"registry", "~/.m2/settings.xml"},
      {"registry", "$CACHE/maven/settings.xml"},
      {"registry", "~/.gradle/init.gradle"},
      {"registry", "~/.gradle/init.d/**"},
      {"registry", "$CACHE/gradle/init.d/**"},
      {"registry", "~/.docker/config.json"},
      {"device", "/dev/sd*"},
      {"device", "/dev/vd*"},
      {"device", "/dev/nvme*"},
      {"device", "/dev/mem"},
      {"kernel", "/proc/sys/**"},
      {"kernel", "/proc/sysrq-trigger"},
      {"kernel", "/sys/**"},
  };
}

std::vector<Secret> secrets() {
  return {
      {"ssh", "~/.ssh/id_*"},
      {"ssh", "~/.ssh/*.pem"},
      {"ssh", "~/.ssh/config"},
      {"ssh", "~/.ssh/known_hosts"},
      {"ssh", "~/.ssh/authorized_keys"},
      {"ssh", "/etc/ssh/ssh_host_*_key"},
      {"gpg", "~/.gnupg/**"},
      {"git", "~/.git-credentials"},
      {"git", "~/.config/git/credentials"},
      {"netrc", "~/.netrc"},
      {"github", "~/.config/gh/hosts.yml"},
      {"github", "~/.config/hub"},
      {"gitlab", "~/.config/glab-cli/config.yml"},
      {"npm", "~/.npmrc"},
      {"npm", "$WS/.npmrc"},
      {"yarn", "~/.yarnrc.yml"},
      {"pypi", "~/.pypirc"},
      {"cargo", "~/.cargo/credentials"},
      {"cargo", "~/.cargo/credentials.toml"},
      {"cargo", "$CACHE/cargo/credentials*"},
      {"gem", "~/.gem/credentials"},
      {"gem", "~/.local/share/gem/credentials"},
      {"composer", "~/.config/composer/auth.json"},
      {"composer", "~/.composer/auth.json"},
      {"maven", "~/.m2/settings.xml"},
      {"maven", "~/.m2/settings-security.xml"},
      {"maven", "$CACHE/maven/settings*.xml"},
      {"gradle", "~/.gradle/gradle.properties"},
      {"gradle", "$CACHE/gradle/gradle.properties"},
      {"docker", "~/.docker/config.json"},
      {"docker", "/run/containers/**/auth.json"},
      {"docker", "/run/user/*/containers/auth.json"},
      {"docker", "~/.config/containers/auth.json"},
      {"kubernetes", "~/.kube/config"},
      {"kubernetes", "/etc/kubernetes/*.conf"},
      {"kubernetes", "/run/secrets/kubernetes.io/**"},
      {"run-secret", "/run/secrets/**"},
      {"aws", "~/.aws/credentials"},
      {"aws", "~/.aws/config"},
      {"aws", "~/.aws/sso/cache/**"},
      {"gcloud", "~/.config/gcloud/credentials.db"},
      {"gcloud", "~/.config/gcloud/access_tokens.db"},
      {"gcloud", "~/.config/gcloud/application_default_credentials.json"},
      {"gcloud", "~/.config/gcloud/legacy_credentials/**"},
      {"azure", "~/.azure/accessTokens.json"},
      {"azure", "~/.azure/msal_token_cache*"},
      {"azure", "~/.azure/azureProfile.json"},
      {"terraform", "~/.terraform.d/credentials.tfrc.json"},
      {"terraform", "~/.terraformrc"},
      {"vault", "~/.vault-token"},
      {"doctl", "~/.config/doctl/config.yaml"},
      {"heroku", "~/.config/heroku/**"},
      {"fly", "~/.fly/config.yml"},
      {"stripe", "~/.config/stripe/config.toml"},
      {"postgres", "~/.pgpass"},
      {"mysql", "~/.my.cnf"},
      {"environment-file", "$WS/.env"},
      {"environment-file", "$WS/.env.*"},
      {"shell-history", "~/.*_history"},
      {"browser", "~/.mozilla/**/logins.json"},
      {"browser", "~/.mozilla/**/key4.db"},
      {"browser", "~/.mozilla/**/cookies.sqlite"},
      {"browser", "~/.config/google-chrome/**/Login Data"},
      {"browser", "~/.config/google-chrome/**/Cookies"},
      {"browser", "~/.config/google-chrome/**/Local Extension Settings/**"},
      {"browser", "~/.config/chromium/**/Login Data"},
      {"browser", "~/.config/chromium/**/Cookies"},
      {"browser", "~/.config/BraveSoftware/**/Login Data"},
      {"keyring", "~/.local/share/keyrings/**"},
      {"keyring", "~/.password-store/**"},
      {"wallet", "~/.bitcoin/**"},
      {"wallet", "~/.ethereum/keystore/**"},
      {"wallet", "~/.electrum/wallets/**"},
      {"wallet", "~/.config/solana/id.json"},
      {"wallet", "~/.config/Exodus/**"},
      {"accounts", "/etc/shadow"},
      {"accounts", "/etc/gshadow"},
      {"accounts", "/etc/sudoers"},
      {"certificate", "/etc/ssl/private/**"},
  };
}

std::vector<Daemon> daemons() {
  return {
      {"docker", "/run/docker.sock"},
      {"docker", "/run/user/*/docker.sock"},
      {"docker", "$HOME/.docker/**.sock"},
      {"containerd", "/run/containerd/**"},
      {"crio", "/run/crio/**"},
      {"podman", "/run/podman/**"},
      {"podman", "/run/user/*/podman/**"},
      {"buildkit", "/run/buildkit/**"},
      {"buildkit", "/run/user/*/buildkit/**"},
      {"systemd", "/run/systemd/private"},
      {"systemd", "/run/user/*/systemd/private"},
      {"dbus", "/run/dbus/system_bus_socket"},
      {"dbus", "/run/user/*/bus"},
      {"dbus", "@/tmp/dbus-*"},
      {"snapd", "/run/snapd*.socket"},
      {"lxd", "/var/lib/lxd/**"},
      {"libvirt", "/run/libvirt/**"},
      {"nix", "/nix/var/nix/daemon-socket/**"},
      {"sccache", "$CACHE/**sccache**"},
      {"watchman", "$HOME/**watchman**/sock"},
      {"watchman", "/run/watchman/**"},
      {"gpg-agent", "/run/user/*/gnupg/**"},
      {"gpg-agent", "$HOME/.gnupg/S.*"},
      {"ssh-agent", "/run/user/*/keyring/**"},
      {"ssh-agent", "$TMP/ssh-<rand>/agent.<rand>"},
      {"snmp", "/run/agentx/**"},
      {"postgres", "/run/postgresql/**"},
      {"mysql", "/run/mysqld/**"},
      {"redis", "/run/redis/**"},
      {"cups", "/run/cups/cups.sock"},
  };
}

std::vector<OptionalBehavior> optional() {
  return {
      {"git-maintenance", "exec", "/usr/**git gc", "/usr/**git*", ""},
      {"git-maintenance", "exec", "/usr/**git maintenance", "/usr/**git*", ""},
      {"git-maintenance", "exec", "/usr/**git *", "/usr/**git gc", ""},
      {"git-maintenance", "exec", "/usr/**git *", "/usr/**git maintenance", ""},
      {"git-maintenance", "write", "/usr/**git *", "/usr/**git gc", "$WS/.git"},
      {"git-maintenance", "write", "/usr/**git gc", "", "$WS/.git"},
      {"git-maintenance", "write", "/usr/**git maintenance", "", "$WS/.git"},
      {"npm-update-notifier", "connect", "/usr/**node /usr/**npm run", "", "registry.npmjs.org:443/tcp"},
      {"npm-update-notifier", "connect", "/usr/**node /usr/**npm test", "", "registry.npmjs.org:443/tcp"},
      {"npm-update-notifier", "connect", "/usr/**node /usr/**npm start", "", "registry.npmjs.org:443/tcp"},
      {"npm-update-notifier", "resolve", "/usr/**node /usr/**npm run", "", "registry.npmjs.org"},
      {"npm-update-notifier", "resolve", "/usr/**node /usr/**npm test", "", "registry.npmjs.org"},
      {"npm-update-notifier", "resolve", "/usr/**node /usr/**npm start", "", "registry.npmjs.org"},
      {"pip-self-check", "connect", "/usr/**python* -m pip list", "", "pypi.org:443/tcp"},
      {"name-service-cache", "connect", "**", "", "unix:/run/nscd/socket"},
      {"name-service-cache", "connect", "**", "", "unix:/run/systemd/userdb/*"},
  };
}

std::vector<Interpreter> interpreters() {
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

std::vector<VerbTool> verb_tools() {
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
      {"podman", "c", {"--connection", "--url", "--root", "--runroot", "--storage-driver", "--log-level"}},
      {"buildah", "", {"--root", "--runroot", "--storage-driver"}},
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

std::vector<TestRunner> test_runners() {
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
      {"/usr/**go test", "$TMP/go-build<rand>/**.test"},
  };
}

} // namespace

Rules builtin_rules() {
  Rules rules;
  rules.tools = tools();
  rules.random_names = random_names();
  rules.sinks = sinks();
  rules.secrets = secrets();
  rules.daemons = daemons();
  rules.optional = optional();
  rules.interpreters = interpreters();
  rules.verb_tools = verb_tools();
  rules.test_runners = test_runners();
  rules.multi_call = {"busybox*", "toybox*", "coreutils", "rustup", "rustup-init"};
  return rules;
}

} // namespace buildprint
