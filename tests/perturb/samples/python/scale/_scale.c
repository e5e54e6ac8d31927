int scale_unused(void) { return 1; }
void *PyInit__scale(void) { return 0; }
