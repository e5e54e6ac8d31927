int word(int at);
int main() { return word(2) == 2 + 1 ? 0 : 1; }
