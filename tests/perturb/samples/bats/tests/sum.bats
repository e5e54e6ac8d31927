@test "a sum" {
  [ "$((1 + 2))" -eq 3 ]
}
@test "a temporary file" {
  t=$(mktemp) && echo x >"$t" && run cat "$t" && rm "$t" && [ "$output" = x ]
}
