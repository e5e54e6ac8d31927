#pragma once

namespace CLI {
class App;
}

namespace buildprint {

struct RecordRequest;

/// --workspace, --user, --linger, --label, --no-files, --no-loss.
void add_recording_options(CLI::App &command, RecordRequest &request);
/// --image, --container, --for, --engine.
void add_container_options(CLI::App &command, RecordRequest &request);
/// Throws CLI::ValidationError where these do not go together with the rest.
void check_container_options(const RecordRequest &request);
/// --prepare, --copy, --keep: what several runs have of their own.
void add_run_options(CLI::App &command, RecordRequest &request);

} // namespace buildprint
