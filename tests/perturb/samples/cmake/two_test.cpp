int word(int at);
int main() { return word(1) == 1 + 1 ? 0 : 1; }
