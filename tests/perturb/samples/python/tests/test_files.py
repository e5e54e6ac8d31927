def test_a_file(tmp_path):
    (tmp_path / "x").write_text("x")
