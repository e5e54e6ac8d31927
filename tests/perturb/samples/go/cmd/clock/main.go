package main

// int twice(int x) { return 2 * x; }
import "C"

import (
	"fmt"

	"example.org/clock/hands"
)

func main() { fmt.Println(hands.Angle(int(C.twice(5)))) }
