#!/bin/sh
test "$(./area)" = 0
