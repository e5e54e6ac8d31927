/* The cheapest program: linked statically, so that exec and exit are all there is. */
int main(void) {
  return 0;
}
