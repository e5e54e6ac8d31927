package hands

//go:generate sh -c "echo generated >generated.txt"

func Angle(minute int) int { return minute * 6 }
