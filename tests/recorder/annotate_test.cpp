#include "recorder/annotate.hpp"

#include "tests/catch.hpp"
#include "tests/scratch_repository.hpp"

using namespace buildprint;
using buildprint::test::ScratchRepository;

namespace {

/// The tracked paths that the uses name, relative to the repository, as "rename_to src".
class Told {
 public:
  Told() {
    repository_.write("src/deep/core.c", "");
    repository_.write("README", "");
    repository_.commit("first");
    run_.roots = {{repository_.path.string(), "$WS"}};
  }
  using Names = std::vector<std::string>;
  Names by(FileAccess access, const std::string &path, const std::string &target = "") {
    Names tracked;
    const auto top = repository_.path.string() + '/';
    Annotator annotator(run_, {}, [&](const Event &event) {
      if (const auto *use = std::get_if<FileUse>(&event.body); use != nullptr && use->tracked)
        tracked.push_back((use->access == FileAccess::remove ? "-" : "+") +
                          use->path.substr(use->path.starts_with(top) ? top.size() : 0));
    });
    Event event;
    event.body = FileUse{access,
                         path.empty() ? repository_.path.string() : top + path,
                         {},
                         false,
                         target.starts_with('/') ? target : top + target};
    annotator.add(event);
    return tracked;
  }

 private:
  ScratchRepository repository_;
  RunInfo run_;
};

} // namespace

TEST_CASE("a tree that replaces tracked files is told, and so is the one that leaves") {
  Told told;
  using Names = Told::Names;
  CHECK(told.by(FileAccess::rename_to, "src", "a") == Names{"+src"});
  CHECK(told.by(FileAccess::rename_to, "src/deep", ".tmp-x1y2") == Names{"+src/deep"});
  CHECK(told.by(FileAccess::rename_to, "zz", "src") == Names{"-src"});
  CHECK(told.by(FileAccess::rename_to, ".tmp-x1y2", "src/deep/core.c") == Names{"-src/deep/core.c"});
  CHECK(told.by(FileAccess::rename_to, "src", "README") == Names{"+src", "-README"});
  CHECK(told.by(FileAccess::symlink_to, "src", "a") == Names{"+src"});
  CHECK(told.by(FileAccess::rename_to, "README", ".tmp-x1y2") == Names{"+README"});
}

TEST_CASE("ordinary uses around tracked files are not told") {
  Told told;
  CHECK(told.by(FileAccess::rename_to, "build/x", "build/tmp").empty());
  CHECK(told.by(FileAccess::rename_to, "src/new.o", "src/new.o.tmp").empty());
  CHECK(told.by(FileAccess::rename_to, "", "/somewhere").empty()); // the workspace itself
  CHECK(told.by(FileAccess::symlink_to, "link", "src").empty());   // only its text
  CHECK(told.by(FileAccess::link_to, "build/core.c", "src/deep/core.c").empty());
  CHECK(told.by(FileAccess::create, "src", "").empty()); // only when they were moved before
  CHECK(told.by(FileAccess::permissions, "src", "").empty());
}
