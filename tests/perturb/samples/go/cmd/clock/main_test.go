package main

import (
	"os/exec"
	"testing"
)

func TestBuilt(t *testing.T) {
	path := t.TempDir() + "/clock"
	if out, err := exec.Command("go", "build", "-o", path).CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	if out, err := exec.Command(path).Output(); err != nil || string(out) != "60\n" {
		t.Fatal(string(out), err)
	}
}
