int stock(int item) { return 7 - item; }
