int word(int at);
int main() { return word(0) == 0 + 1 ? 0 : 1; }
