// html_sample run|diff|partial-diff|hostile-run|hostile-diff|mermaid|hostile-mermaid OUTPUT [BEHAVIORS]

#include <cstdio>
#include <string>

#include "base/file.hpp"
#include "reports/fingerprint_reports.hpp"
#include "reports/html.hpp"
#include "reports/reports.hpp"
#include "tests/html/sample.hpp"

using namespace buildprint;

namespace {

std::string render(const std::string &what, std::size_t behaviors) {
  if (what == "run" || what == "hostile-run") {
    const auto run = what == "run" ? sample_run(behaviors) : hostile_run();
    return render_html(run.fingerprint, run.evidence);
  }
  if (what == "mermaid") return render_mermaid(sample_run(behaviors).fingerprint);
  if (what == "hostile-mermaid") return render_mermaid(hostile_run().fingerprint);
  RenderOptions options;
  if (what == "hostile-diff") return render_html(hostile_diff(), options);
  const auto sample = sample_diff(behaviors);
  if (what == "diff") {
    options.base = &sample.base;
    options.head = &sample.head;
    options.evidence = &sample.evidence;
  }
  return render_html(sample.diff, options);
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 3) {
    std::fprintf(stderr,
                 "usage: html_sample run|diff|partial-diff|hostile-run|hostile-diff|mermaid|hostile-mermaid "
                 "OUTPUT [BEHAVIORS]\n");
    return 2;
  }
  if (!has_html_page()) return 77;
  write_file_atomically(argv[2], render(argv[1], argc > 3 ? std::stoul(argv[3]) : 120));
  return 0;
}
