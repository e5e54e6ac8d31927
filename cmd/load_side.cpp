#include "cmd/load_side.hpp"

#include "fingerprint/fingerprint_json.hpp"

namespace buildprint {

LoadedSide load_side(const std::filesystem::path &path) { return {load_fingerprint(path), {}}; }

} // namespace buildprint
