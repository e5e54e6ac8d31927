int price(int item) { return 10 * item; }
